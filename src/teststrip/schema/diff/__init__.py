"""What a change of an API breaks, changes in silence, or adds: two schemas or pages held against each other."""
