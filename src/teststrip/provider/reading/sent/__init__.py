"""What only the examples of a page show of a request: names and values that no row describes."""
