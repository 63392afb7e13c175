"""Policies: dated, versioned numbers of a region, each with its document. Knows no noun; kinds are handed in."""
