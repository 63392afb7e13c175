"""Batches of records that partners push: taken in as sent, applied chunk by chunk, every record accounted for."""
