"""Whether the rules of the company were kept."""
