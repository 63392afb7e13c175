"""What party workers did in a period, in numbers read from what is kept."""
