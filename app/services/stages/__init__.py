"""How far a branch has come, and what the next step still lacks."""
