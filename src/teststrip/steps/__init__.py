"""Steps: what a recipe does to its requests before they are sent, and to the pictures that came back."""
