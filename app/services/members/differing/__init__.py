"""Numbers that are told in two ways."""
