"""Recurrent layers, compiled as a whole."""
