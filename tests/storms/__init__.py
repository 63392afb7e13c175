"""Storms: processes are killed, uploads crawl, batches race. Nothing may be lost, doubled or left hanging."""
