"""What was told to whom: received, answered, chased."""
