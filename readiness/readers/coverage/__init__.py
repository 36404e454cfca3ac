"""Coverage reports."""
