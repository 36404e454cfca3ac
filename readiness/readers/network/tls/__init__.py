"""What a server says about TLS, asked in its own words."""
