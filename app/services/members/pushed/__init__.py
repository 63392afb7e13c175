"""What pushes bring of members, set-wise."""
