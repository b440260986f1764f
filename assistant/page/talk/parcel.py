"""What a reader takes away from the page: files to save, words to copy. Knows no Gradio."""

import base64
import re
import secrets
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from assistant.export.forms import (
    FORMS,
    STYLES,
    cited_in,
    links,
    references,
    written,
    written_notes,
)
from assistant.page.talk.render import escape, label

if TYPE_CHECKING:
    from assistant.answer import Citation
    from assistant.kept.notes import Note
    from assistant.kept.record import KeptTurn

_LONGEST = 60
"""Characters of a file's name, at the most."""


def take_html(what: str, name: str) -> str:
    """A list of the forms that something can be taken away in.

    Args:
        what: Attributes that say what, such as `data-turn="0"`.
        name: What it is called where it is read out.
    """
    files = "".join(f'<option value="{end}">{form.name}</option>' for end, form in FORMS.items())
    styles = "".join(
        f'<option value="{key}">Reference, {style}</option>' for key, (style, _) in STYLES.items()
    )
    copied = f'{styles}<option value="links">Links to quotes</option>'
    return (
        f'<select class="pq-take" {what} aria-label="{label(name)}">'
        f'<option value="">Save or cite …</option><optgroup label="Save as">{files}</optgroup>'
        f'<optgroup label="Copy">{copied}</optgroup></select>'
    )


def parcel_html(form: object, title: str, turns: Sequence["KeptTurn"]) -> str:
    """Turns in the form asked for, for the page's script to save or copy; nothing for no form."""
    return _parcel(form, title, lambda one: written(one, title, turns), cited_in(turns))


def notes_parcel_html(form: object, notes: Sequence["Note"]) -> str:
    """The same of notes."""
    quotes = [note.quote for note in notes if note.quote]
    return _parcel(form, "Notes", lambda one: written_notes(one, notes), quotes)


def _parcel(
    form: object, title: str, write: Callable[[str], bytes], quotes: Sequence["Citation"]
) -> str:
    if not isinstance(form, str):
        return ""
    once = f'data-once="{secrets.token_hex(4)}"'  # so that the same can be had twice
    if form in STYLES:
        return f'<div {once} data-copy="{escape(references(form, quotes))}"></div>'
    if form == "links":
        return f'<div {once} data-copy="{escape(links(quotes))}"></div>'
    if form not in FORMS:
        return ""
    content = base64.b64encode(write(form)).decode()
    return (
        f'<div {once} data-file="{_file_name(title)}.{form}" data-type="{FORMS[form].kind}" '
        f'data-content="{content}"></div>'
    )


def _file_name(title: str) -> str:
    """A title as the name of a file, on any system."""
    words = re.sub(r"[\W_]+", "-", title.casefold())[:_LONGEST].strip("-")
    return escape(words) or "pullquote"
