"""The command line; only `report` prints."""
