"""Policies that come with readiness; `extends: [builtin:NAME]` reads them."""
