"""A rebuild in parts, by several processes, that goes on where an earlier one was stopped.

Nothing is imported here: ``worker`` is a program, and has to set Django up before it meets a model.
"""
