"""Successions of branches: merged, split, formed in another way."""
