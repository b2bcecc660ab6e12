"""How long fits and predictions take."""
