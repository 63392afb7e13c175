"""The year's overall plan of a committee: what is to be done, how it is followed up, and the targets set for it."""
