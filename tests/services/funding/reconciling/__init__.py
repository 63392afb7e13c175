"""Statements held against the books, without a database."""
