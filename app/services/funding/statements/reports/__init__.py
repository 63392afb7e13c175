"""A year of the books as a whole: what it comes to, what is checked of it, and the workbook that computes it anew."""
