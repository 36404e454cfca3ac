"""The claim audit for people: for a terminal, as Markdown, as HTML, and as JSON for programs."""
