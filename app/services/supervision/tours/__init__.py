"""Supervision tours: what is looked at, where, and what was found."""
