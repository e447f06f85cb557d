"""What a page says a second time: its examples, its headings, its other tables, held against what was read of it."""
