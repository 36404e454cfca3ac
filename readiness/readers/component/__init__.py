"""Components of a system, each asked in its own protocol while the gate runs."""
