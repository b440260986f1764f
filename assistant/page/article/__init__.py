"""An article on the page: its text with the quotes marked, its tools, a PDF's own pages."""
