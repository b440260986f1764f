"""The documents on the page: their list, which of them are asked, how they come and go."""
