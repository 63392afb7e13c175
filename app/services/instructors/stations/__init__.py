"""Stations: groups of instructors that work from one place, and who belongs to them."""
