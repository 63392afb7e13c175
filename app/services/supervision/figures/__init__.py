"""Who was supervised how often."""
