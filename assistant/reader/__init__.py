"""The model that reads question and passages, and what is made of its numbers."""
