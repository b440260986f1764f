"""The conversation as HTML: turns, quotes, the card at a citation, what is taken away."""
