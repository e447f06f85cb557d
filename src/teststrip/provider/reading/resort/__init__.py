"""The last resort: lines of no known form, below a call of which no row was read, as rows that are all flagged."""
