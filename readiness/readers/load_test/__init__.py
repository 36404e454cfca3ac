"""The output of load-test tools."""
