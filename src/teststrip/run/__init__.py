"""Doing a plan: ledger, store, client, runner. All I/O is here."""
