"""What is due to workers by closed monthly lists, paid out of the books: each line once, whoever pays and how often."""
