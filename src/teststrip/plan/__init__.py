"""From recipe to cells: axes, sweep, requests, digests, lock. Pure."""
