"""What workers, branches and organisations have to work with."""
