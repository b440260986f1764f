"""How well the furniture of web pages is told from articles; and the fitting of that."""
