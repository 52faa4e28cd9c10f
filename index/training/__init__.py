"""Making static French embedding models: from public text to a folder that searches.

Needs the ``train`` extra; nothing here is imported by a search. ``pipeline``
runs the steps of a configuration in order, ``adapting`` goes on with the model
in use on a base's own passages. What is made, and why so: ``docs/model.md``.
"""
