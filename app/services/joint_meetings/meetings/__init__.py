"""Meetings: planned as an occurrence of a series, for an occasion, or of the liaisons before another one."""
