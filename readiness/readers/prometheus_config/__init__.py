"""The configuration of Prometheus, as evidence."""
