"""An ASGI app that answers like the API of a provider page.

`app.create_app` makes it, from a `Provider`, a `Renderer` and `EmulatorSettings`; `darkroom.DarkroomRenderer`
draws offline; `serve.serve` puts it on a port. This package imports none of them by itself, so that a drawing
process starts without a web framework.
"""
