"""Pipeline files of GitHub and GitLab."""
