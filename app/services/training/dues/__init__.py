"""What is due of a year of learning."""
