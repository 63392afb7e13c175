"""What of meetings waits for somebody."""
