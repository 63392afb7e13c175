"""Certificates of party workers."""
