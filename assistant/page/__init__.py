"""The web page: what a reader does → panes of HTML, served by Gradio behind a guard of our own.

In come requests from a browser; out comes what `assistant.ask` answers, escaped. `app.py` calls
`serve`; nothing else of Pullquote knows this package, and only `page` and `serve` know Gradio.
"""
