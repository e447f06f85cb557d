"""Documentation as it is found, read into parameters: lines -> document -> rows -> cells -> a Reading with flags."""
