"""Party workers: who does the work, in which role, chosen in which way, and from when to when."""
