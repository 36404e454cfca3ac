"""How fast and how reliably the release answers under load."""
