"""What pushes bring of party workers, set-wise."""
