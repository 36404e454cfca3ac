"""A live Prometheus, as evidence."""
