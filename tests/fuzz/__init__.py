"""Every operation of the API under generated requests, good and bad, with a token of each role."""
