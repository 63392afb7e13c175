"""Invitations of a meeting: who is called, what they answer, and who was there."""
