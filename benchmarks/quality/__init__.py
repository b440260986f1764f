"""Retrieval, quotes, refusals, follow-ups and honesty on public question sets.

`measure` takes a set's name, asks the product and the baselines its questions, and gives the lines
of a table; the command line and nobody else calls it.
"""
