"""Other libraries, each behind one interface."""
