"""Notices downward: issued, received, answered, chased."""
