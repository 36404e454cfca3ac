"""Kubernetes manifests, as they are applied."""
