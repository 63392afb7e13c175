"""Under whom a branch stands, since when, and how that changed."""
