"""How the tables of each benchmark are laid out."""
