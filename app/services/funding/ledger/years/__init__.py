"""Years of the books: opened, closed in their order, and what they carry over."""
