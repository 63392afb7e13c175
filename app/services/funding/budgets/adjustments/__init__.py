"""Adjustments of approved budgets: what is changed line by line, and what each edition was."""
