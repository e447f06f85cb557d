"""An ASGI app that answers like the API of a provider page."""
