"""Ground that everything stands on: canonical JSON, files that appear whole, places, the clock."""
