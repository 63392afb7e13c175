"""Targets of a programme on figures about regions, with where they are today."""
