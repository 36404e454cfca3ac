"""Measurements, by `make bench`: what a pipeline pays for the gate beside the judging itself."""
