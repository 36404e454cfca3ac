"""What the kinds of SPIFFE share: keys, bundles, paths to an authority, and the Workload API."""
