"""The reconciliation sheet: both balances, what stands open on either side, and whether they agree."""
