"""The ledger of access: clients, grants, push tokens and reviews as rows for people."""
