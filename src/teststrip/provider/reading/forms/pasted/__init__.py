"""Pages that were copied or scraped out of a documentation site: each parameter is a few bare lines."""
