"""Reads that sections share, one module per subject; each function is one query, however many subjects."""
