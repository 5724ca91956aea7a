"""Pictures of the product by scripts, so that documents show what the code does."""
