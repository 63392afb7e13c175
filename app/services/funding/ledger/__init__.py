"""The books: double entry, never changed, integer fen."""
