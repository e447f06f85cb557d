"""What the words of one cell say: a type, a name, yes or no, a default, limits, values."""
