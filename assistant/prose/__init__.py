"""A language model's answer: passages and a model's reply → prose, each claim with its quotes.

In come a question, the answer in quotes and the passages that a model may write from; out come
answers whose every claim is checked, or the quotes and why there is no prose. `assistant.ask` calls
it; it knows no page.
"""
