"""What the books tell: statements of accounts, balances on a day, what was spent, and a year as a whole."""
