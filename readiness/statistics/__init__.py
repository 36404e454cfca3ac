"""Pure numbers: what a count of requests shows, and with what confidence. Standard library only."""
