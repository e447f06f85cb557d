"""Provider pages: one Markdown file is everything known of an API."""
