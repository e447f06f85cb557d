"""Recipes as tests: the pytest plugin (`pytest11`), and what a test sees of a run."""
