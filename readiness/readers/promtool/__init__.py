"""The output of promtool, as evidence."""
