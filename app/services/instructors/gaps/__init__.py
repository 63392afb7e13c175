"""Where nobody is in charge, and whose time ends soon."""
