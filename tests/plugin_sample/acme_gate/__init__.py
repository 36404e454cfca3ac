"""What Acme asks of a release."""
