"""The exchange engine: batches of records from partners, merged into whatever noun a dataset names as its target."""
