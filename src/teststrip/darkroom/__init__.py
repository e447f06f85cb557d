"""The offline renderer: a real diffusion sampler on a toy world (numpy and Pillow only)."""
