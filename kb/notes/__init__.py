"""Passages brought together in a note, and the files that a note is written to."""
