"""Compose files, one laid over the other as `docker compose -f` does."""
