"""Test reports."""
