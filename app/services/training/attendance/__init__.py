"""Who attended what, for how long."""
