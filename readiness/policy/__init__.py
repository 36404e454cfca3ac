"""The policy: what it may say, and what it resolves to."""
