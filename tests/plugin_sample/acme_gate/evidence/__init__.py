"""Evidence, by kind."""
