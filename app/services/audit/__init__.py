"""Who did what: reading the audit, sealing its rows into a chain, proving that nothing was altered."""
