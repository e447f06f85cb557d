"""Recorded HTTP exchanges: written as they happen, without secrets, and played again without a network."""
