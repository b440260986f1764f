"""What a reader takes away from the page: files to save, words to copy. Knows no Gradio."""

import base64
import re
import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant.export.forms import FORMS, STYLES, links, references, written
from assistant.page.talk.render import escape, label

if TYPE_CHECKING:
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
        f'<option value="">Take away …</option><optgroup label="Save as">{files}</optgroup>'
        f'<optgroup label="Copy">{copied}</optgroup></select>'
    )


def parcel_html(form: object, title: str, turns: Sequence["KeptTurn"]) -> str:
    """What was asked for, for the page's script to save or copy; nothing for no form.

    Each is another, so that the same can be had twice.
    """
    once = f'data-once="{secrets.token_hex(4)}"'
    if not isinstance(form, str):
        return ""
    if form in STYLES:
        return f'<div {once} data-copy="{escape(references(form, turns))}"></div>'
    if form == "links":
        return f'<div {once} data-copy="{escape(links(turns))}"></div>'
    if form not in FORMS:
        return ""
    content = base64.b64encode(written(form, title, turns)).decode()
    return (
        f'<div {once} data-file="{_file_name(title)}.{form}" data-type="{FORMS[form].kind}" '
        f'data-content="{content}"></div>'
    )


def _file_name(title: str) -> str:
    """A title as the name of a file, on any system."""
    words = re.sub(r"[\W_]+", "-", title.casefold())[:_LONGEST].strip("-")
    return escape(words) or "pullquote"
