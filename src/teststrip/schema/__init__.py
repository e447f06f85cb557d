"""JSON Schemas from a provider's parameters, and problems with their places."""
