"""What party workers must do in a year, by role; how far they got; and how that is appraised."""
