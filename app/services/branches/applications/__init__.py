"""Applications for branches: put forward, decided by the superior, founded, filed."""
