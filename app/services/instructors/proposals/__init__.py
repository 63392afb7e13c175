"""Whom to send where: proposed as the best there is, changed by hand, approved."""
