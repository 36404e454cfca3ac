"""What the tests ran, and what they covered."""
