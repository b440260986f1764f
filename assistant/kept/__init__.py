"""Conversations that outlive the page: a file beside the store, which holds answers as data."""
