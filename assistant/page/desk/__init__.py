"""What happens when a reader does something on the page."""
