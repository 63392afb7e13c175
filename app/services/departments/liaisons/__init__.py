"""Through whom departments are reached: named to those whose work needs it, the phone sealed."""
