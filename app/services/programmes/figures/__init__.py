"""Figures about regions, each read for many at once."""
