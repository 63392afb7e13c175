"""What is to be put right: demanded, answered, looked at again."""
