"""A Reading to what `provider adopt` gives: a JSON report, and the draft of a provider page."""
