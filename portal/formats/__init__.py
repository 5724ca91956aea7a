"""How lists of the admin write what no template of ours does."""
