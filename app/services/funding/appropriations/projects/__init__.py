"""Brand projects: asked for by a branch, decided by the committee, paid out once."""
