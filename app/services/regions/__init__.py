"""Regions: the five levels of the country, retired codes, and the placing of addresses."""
