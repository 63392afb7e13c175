"""Yearly budgets by use: drawn up, approved by another, adjusted, and how much of them was executed."""
