"""What rooms above share whose rows are about workers, or stand where they stand."""
