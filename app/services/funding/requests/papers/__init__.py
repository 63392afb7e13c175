"""The papers of requests and payments."""
