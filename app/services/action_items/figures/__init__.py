"""Figures about departments: what fell due, what was done of it, and all of a committee's beside each other."""
