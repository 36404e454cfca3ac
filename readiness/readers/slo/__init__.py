"""Service level objectives, as evidence."""
