"""Payments of requests, and how they are accounted for."""
