"""Holdings of courses."""
