"""A first policy: what a repository can show already, and what it cannot yet."""
