"""What is asked of each worker in a year: by the policies of his roles, or as it was changed for him."""
