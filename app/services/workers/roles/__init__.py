"""Roles of party workers: given, prolonged and ended by dates."""
