"""Style and script of the page. Knows no Gradio."""

from pathlib import Path

_HERE = Path(__file__).parent / "assets"
_STYLES = (
    "page.css",
    "article.css",
    "answer.css",
    "look.css",
    "kept.css",
    "notes.css",
    "bringing.css",
)
_SCRIPTS = (
    "connection.js",
    "composer.js",
    "earlier.js",
    "scope.js",
    "shelf.js",
    "card.js",
    "reading.js",
    "keys.js",
    "kept.js",
    "notes.js",
    "bringing.js",
    "page.js",
)
_ICON = (
    '<link rel="icon" type="image/svg+xml" href="data:image/svg+xml,'
    "%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E"
    "%3Crect width='32' height='32' rx='7' fill='%238a1f1b'/%3E"
    "%3Ctext x='16' y='37' font-family='Georgia,serif' font-size='40' font-weight='700' "
    "text-anchor='middle' fill='%23fff'%3E%E2%80%9C%3C/text%3E%3C/svg%3E\">"
)


def page_head() -> str:
    """Style and script for the `<head>`: Gradio would rewrite the selectors of its `css`."""
    style = "".join((_HERE / name).read_text(encoding="utf-8") for name in _STYLES)
    scripts = "".join((_HERE / name).read_text(encoding="utf-8") for name in _SCRIPTS)
    return f"{_ICON}\n<style>\n{style}</style>\n<script>\n{scripts}</script>\n"
