"""Dashboards, as evidence."""
