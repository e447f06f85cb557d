"""The recipe a user writes: YAML with positions, templates, the frozen record."""
