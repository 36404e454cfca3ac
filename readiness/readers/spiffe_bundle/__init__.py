"""SPIFFE bundles: the keys of trust domains."""
