"""Committees, secretaries and their terms."""
