"""Recurrent layers compiled by XLA."""
