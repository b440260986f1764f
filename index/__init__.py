"""Documents → a searchable store. Knows nothing of history, answers or models that talk."""
