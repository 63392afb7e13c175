"""Organizations: the register of two-new organisations."""
