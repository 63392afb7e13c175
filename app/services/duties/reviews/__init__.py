"""Yearly reviews of workers: opened, reported on, answered about, decided and frozen."""
