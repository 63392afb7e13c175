"""How party workers are treated: posts and honours, working conditions, and what is due to whom each month."""
