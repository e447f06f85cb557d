"""What pictures say of how they were made, as recipes."""
