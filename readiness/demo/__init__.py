"""A small shop that is released: its service, its load test, its evidence and its policy, made on the spot."""
