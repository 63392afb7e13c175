"""Requests to spend: asked for, approved by amount, paid, accounted for with papers."""
