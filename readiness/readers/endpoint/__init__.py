"""Live endpoints."""
