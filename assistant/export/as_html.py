"""A sheet as a page of its own: one file without script, which prints well on paper."""

from assistant.export.links import in_original
from assistant.export.plain import place_of
from assistant.export.sheet import Piece, Quote, Sheet
from assistant.markup import escape, seen

_STYLE = """
:root { color-scheme: light dark; }
body { max-width: 42rem; margin: 3rem auto; padding: 0 1.25rem; overflow-wrap: anywhere;
  font: 1.05rem/1.55 Palatino, Georgia, "DejaVu Serif", serif; }
h1 { font-size: 1.7rem; line-height: 1.2; } h2 { font-size: 1.2rem; margin-top: 2.4em; }
.said, cite, footer { font: .85rem/1.5 system-ui, sans-serif; opacity: .78; }
blockquote { margin: 1.2em 0; padding-inline-start: 1em; border-inline-start: 3px solid #d9b534; }
blockquote.near { border-color: #999; }
blockquote p { margin: 0 0 .3em; white-space: pre-wrap; } .lead { white-space: pre-wrap; }
cite { font-style: normal; display: block; } a { color: inherit; }
@media print {
  @page { margin: 2cm; }
  body { max-width: none; margin: 0; padding: 0; font-size: 11pt; color: #000; background: #fff; }
  h2 { break-after: avoid; } blockquote { break-inside: avoid; }
  a[href]::after { content: " (" attr(data-address) ")"; }
}
"""


def as_html(sheet: Sheet) -> str:
    """The sheet as HTML."""
    title = escape(sheet.title)
    body = "\n".join(_piece(piece) for piece in sheet.pieces)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f'<h1 dir="auto">{seen(sheet.title)}</h1>\n{body}\n'
        "<footer>Quotes are word for word. Made with Pullquote.</footer>\n</body>\n</html>\n"
    )


def _piece(piece: Piece) -> str:
    if isinstance(piece, Quote):
        return _quote(piece)
    if piece.kind == "heading":
        return f'<h2 dir="auto">{seen(piece.text)}</h2>'
    return f'<p class="{piece.kind}" dir="auto">{seen(piece.text)}</p>'


def _quote(piece: Quote) -> str:
    citation = piece.citation
    words = seen(citation.quote)
    if answer := citation.answer_in_quote:
        start, end = answer.start, answer.end
        parts = citation.quote[:start], citation.quote[start:end], citation.quote[end:]
        words = f"{seen(parts[0])}<strong>{seen(parts[1])}</strong>{seen(parts[2])}"
    source = ", ".join(f"<bdi>{seen(fact)}</bdi>" for fact in place_of(citation))
    if link := in_original(citation):
        source += (
            f', <a href="{escape(link)}" data-address="{escape(citation.url or "")}" '
            'rel="noreferrer">original</a>'
        )
    near = ' class="near"' if piece.is_near else ""
    return (
        f'<blockquote{near}><p dir="auto">“<span>{words}</span>” [{citation.number}]</p>'
        f"<cite>{source}</cite></blockquote>"
    )
