"""Reports of scanners: linters, type checkers, and whatever looks for vulnerabilities, secrets and bad settings."""
