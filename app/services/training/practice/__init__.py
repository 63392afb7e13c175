"""Postings to learn by doing."""
