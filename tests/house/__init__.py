"""The house itself: contracts, guards, labels, containers."""
