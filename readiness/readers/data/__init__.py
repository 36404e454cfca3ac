"""Files of any program's own."""
