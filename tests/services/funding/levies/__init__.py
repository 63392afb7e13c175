"""Tests of levies."""
