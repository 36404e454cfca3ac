"""Checks, by category."""
