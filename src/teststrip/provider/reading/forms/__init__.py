"""How pages are written: lines of Markdown, HTML, lists and their kin to a Document, and its lists to rows."""
