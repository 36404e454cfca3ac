"""The checks that come with readiness: `<category>/<name>.py` holds the check `<category>/<name>`."""
