"""Members: judgement, and what is pushed."""
