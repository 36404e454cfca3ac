"""The claim audit: a readiness report, held against itself and against a scorecard. It reads; it believes nothing."""
