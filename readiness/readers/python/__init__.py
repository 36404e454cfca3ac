"""Trees of Python files, parsed and never imported."""
