"""The command line: one small file per family of commands, over the use cases.

``kb.main`` names the commands; nothing here imports anything heavy before it runs.
"""
