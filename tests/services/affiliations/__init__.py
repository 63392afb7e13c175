"""Affiliations without HTTP."""
