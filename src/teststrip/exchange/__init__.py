"""What other tools wrote, as recipes: grid definitions, and the settings inside pictures.

    grid file  -> read_grid    -> Grid  -> draft_grid    \
                                                          Draft -> write_recipe -> the recipe's text
    picture    -> read_picture -> Found -> draft_picture /

Everything read here is text of strangers: it is never executed, never a path, bounded before it is looked at, and
written into a recipe so that nothing in it is a template. What has no counterpart is listed, never guessed.
"""
