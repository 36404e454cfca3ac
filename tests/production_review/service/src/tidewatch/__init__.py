"""Watches the gauges of a harbour, and closes its gates before the water comes."""
