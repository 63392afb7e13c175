"""Items of payment runs, and what is owed back, as they are shown."""
