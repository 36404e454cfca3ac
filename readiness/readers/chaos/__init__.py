"""Results of chaos experiments."""
