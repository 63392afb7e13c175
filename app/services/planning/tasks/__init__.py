"""Formation tasks: what a plan asks of somebody by a day, and the log of what was done (never of opinions)."""
