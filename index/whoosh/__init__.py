"""Whoosh, the default engine: segments of arrays behind its commits."""
