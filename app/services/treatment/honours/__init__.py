"""Political recognition: seats held and honours given."""
