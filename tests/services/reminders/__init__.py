"""What is due, over all nouns."""
