"""How budgets are executed: by line, and summed by committee, purse, use or region, on any day."""
