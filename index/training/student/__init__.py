"""A small transformer that learns French from an English teacher, then to search.

It reads the words of a static model, begins with some of the teacher's layers, and goes
into the product beside that static model (``index.embedders.student``).
"""
