"""The contact sheet: pure geometry, then writers."""
