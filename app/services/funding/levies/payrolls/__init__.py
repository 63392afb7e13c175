"""Firms' wages by year: what partners report, and what an officer enters by a document."""
