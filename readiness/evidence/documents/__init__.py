"""What checks of documents share: where a document speaks of a thing, and whether it stands by it. Pure functions."""
