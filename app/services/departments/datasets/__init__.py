"""What departments have to push, and how fresh it is."""
