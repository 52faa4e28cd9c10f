"""The use cases: what the command line and the web can do with a knowledge base."""

from kb.library.library import Library

__all__ = ["Library"]
