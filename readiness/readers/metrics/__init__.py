"""Numbers as they change in time: exports of monitoring systems."""
