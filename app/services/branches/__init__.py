"""Branches: party organisations in the two-new field, and which organisations each of them covers."""
