"""Plugins: how they are found and asked, and what they bring."""
