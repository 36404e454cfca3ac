"""Rules by which a report refutes itself: one a file, each a pure function of what was read."""
