"""Which sentences are quoted, which never are, and how a refusal is worded."""
