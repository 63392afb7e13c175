"""Coverage: who is reached by party organisations and party work, and who is not."""
