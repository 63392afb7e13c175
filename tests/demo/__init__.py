"""The made-up county."""
