"""How an endpoint is asked: bounded in time and memory, on the address that was resolved once, and discreetly."""
