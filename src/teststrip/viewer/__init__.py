"""The live server: the page of a run while it goes on, the list of runs, and two runs side by side."""
