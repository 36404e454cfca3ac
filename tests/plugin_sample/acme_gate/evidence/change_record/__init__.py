"""Records of Acme's change management."""
