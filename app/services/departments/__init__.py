"""Departments of the joint meeting: their duties, through whom they are reached, and what they push."""
