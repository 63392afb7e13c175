"""Calendars: which days are working days, and calendars that clients subscribe to. The engine knows no noun."""
