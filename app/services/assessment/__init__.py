"""Appraisal: what a figure about somebody is, whoever it is about. The engine knows no noun."""
