"""Ratios that firms filed: how much of a year's wages they put aside."""
