"""How accurate the models are."""
