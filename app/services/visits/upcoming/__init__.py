"""When each instructor is due somewhere next."""
