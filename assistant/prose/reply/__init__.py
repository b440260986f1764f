"""What a model replies, read while it streams: without thoughts, forms as sentences, labels out.

In come pieces of text; out come whole sentences and the numbers that they point at. The rest of
`assistant.prose` calls it; it knows no documents.
"""
