"""Drills of alerts, as evidence."""
