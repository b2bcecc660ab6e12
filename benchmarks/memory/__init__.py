"""How much memory fits take."""
