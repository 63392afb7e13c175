"""All workers of a region beside each other: what each did in a year, and what the numbers point to."""
