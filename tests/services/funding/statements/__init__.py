"""Tests of what the books tell."""
