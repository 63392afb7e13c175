"""Statements of banks and finance offices, held against the books."""
