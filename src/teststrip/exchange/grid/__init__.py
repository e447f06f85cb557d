"""Grid definitions of sd-infinity-grid-generator and SwarmUI, as recipes."""
