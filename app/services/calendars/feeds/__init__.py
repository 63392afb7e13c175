"""Calendars that a client reads by a private token: made, listed, taken back, read."""
