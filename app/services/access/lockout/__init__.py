"""Signing in slows down after failures: who fails again and again waits ever longer."""
