"""Rules of Prometheus, as evidence."""
