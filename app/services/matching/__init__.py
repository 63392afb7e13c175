"""Which host an organisation sits in: proposed from addresses, decided by a person, remembered."""
