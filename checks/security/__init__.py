"""Whether the service is safe to reach, and safe from those who reach it."""
