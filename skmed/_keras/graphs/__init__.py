"""Compiled graphs, shared by all networks of one architecture."""
