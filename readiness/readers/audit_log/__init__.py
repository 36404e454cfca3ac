"""Samples of audit logs."""
