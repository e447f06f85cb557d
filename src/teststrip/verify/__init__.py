"""What became of pictures: two runs of one plan held against each other, and what a recipe demands of cells."""
