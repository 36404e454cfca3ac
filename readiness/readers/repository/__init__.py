"""Git metadata, and what a commit holds: asked by the `git` command, in a child that cannot run foreign code."""
