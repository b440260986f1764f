"""Pullquote for programs, over HTTP: requests in JSON → answers in JSON, described by OpenAPI.

Behind the page's guard, with doors of its own; `assistant.schema` says what leaves it.
"""
