"""Whether the code itself is in order: linted, typed, and simple enough."""
