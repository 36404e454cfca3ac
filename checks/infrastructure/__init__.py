"""What the manifests ask of the cluster."""
