"""The way to a language model: a request in, pieces of its reply out, or what failed in a sentence.

In come settings or a llama-index model, and messages; `assistant.prose` and `assistant.ask` call
it. It knows nothing of documents, quotes or answers, and it alone knows HTTP.
"""
