"""How a committee guides and supervises: notices downward, tours, and what is to be put right."""
