"""Authorities, branches and organisations as one graph."""
