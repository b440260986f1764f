"""Claims against the quotes that they rest on, by rules: numbers, names, negation; and by reading.

In come a sentence that a model wrote and the words that it points at; out comes what the one says
and the other doesn't, in phrases for the reader. Nothing here knows a model, a store or a page.
"""
