"""Who may do what, where: every operation by every role at every place."""
