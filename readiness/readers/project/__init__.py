"""The files in which projects state their version."""
