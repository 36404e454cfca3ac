"""The catalog files of services."""
