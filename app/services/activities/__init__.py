"""What branches hold."""
