"""Whole journeys, each through the real application: what an issue says must work in the end."""
