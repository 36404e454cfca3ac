"""The configuration of Alertmanager, as evidence."""
