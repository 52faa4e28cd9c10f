"""Rows of vectors on disk, and the passages nearest to one."""
