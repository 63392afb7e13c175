"""Money for party work: books to the fen, budgets, appropriations, the levy, requests, payments and reports."""
