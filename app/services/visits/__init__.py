"""What instructors did where they were sent, and where a visit is due."""
