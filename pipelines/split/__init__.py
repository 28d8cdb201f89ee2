"""Splitting: a scan that holds several documents becomes documents of their own."""
