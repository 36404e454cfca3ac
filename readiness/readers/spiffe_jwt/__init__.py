"""JWT-SVIDs: tokens that say who a workload is."""
