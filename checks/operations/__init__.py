"""Whether the running service is well."""
