"""Who may do what: permissions and the tokens that carry them."""
