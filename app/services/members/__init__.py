"""Party members and where they belong."""
