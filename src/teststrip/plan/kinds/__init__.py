"""Axis kinds: each turns what a recipe writes for an axis into its values.

A kind is a function of the axis's source, what is written, its parameter (None for a free variable) and a `Draft`;
it returns None after reporting what is wrong. Which kind it is shows in the shape of what is written (`expand`).
"""
