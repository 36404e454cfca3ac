"""X509-SVIDs: certificates that say who a workload is."""
