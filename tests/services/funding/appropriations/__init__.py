"""Tests of appropriations."""
