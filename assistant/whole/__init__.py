"""Questions about a document as a whole: what it is about, who wrote it, how to reach them.

In come a store and an analysed question; out comes an answer made of the document's own sentences.
`assistant.ask` calls it.
"""
