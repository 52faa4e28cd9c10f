"""Tantivy, for one big machine."""
