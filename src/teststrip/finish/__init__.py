"""Finishing: the steps on pictures, once a run has them."""
