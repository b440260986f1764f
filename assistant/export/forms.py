"""The forms that an answer or a conversation is taken away in, by name."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from assistant.answer import Citation
from assistant.export.as_docx import as_docx
from assistant.export.as_html import as_html
from assistant.export.as_json import as_json
from assistant.export.as_markdown import as_markdown
from assistant.export.links import on_the_page
from assistant.export.reference import apa, bibtex, chicago
from assistant.export.sheet import sheet_of
from assistant.kept.record import KeptTurn

Write = Callable[[str, Sequence[KeptTurn]], str | bytes]


@dataclass(frozen=True, slots=True)
class Form:
    """A file's kind, and how it is written from a title and turns."""

    name: str
    """For a reader."""

    kind: str
    """Its media type."""

    write: Write


FORMS: Mapping[str, Form] = {
    "md": Form(
        "Markdown", "text/markdown", lambda title, turns: as_markdown(sheet_of(title, turns))
    ),
    "html": Form("Web page", "text/html", lambda title, turns: as_html(sheet_of(title, turns))),
    "docx": Form(
        "Word",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        lambda title, turns: as_docx(sheet_of(title, turns)),
    ),
    "json": Form("JSON", "application/json", as_json),
}
"""By what their files' names end in."""

STYLES = {"apa": ("APA", apa), "chicago": ("Chicago", chicago), "bibtex": ("BibTeX", bibtex)}


def written(form: str, title: str, turns: Sequence[KeptTurn]) -> bytes:
    """What is taken away, as a file's bytes. `form` is one of `FORMS`."""
    content = FORMS[form].write(title, turns)
    # Half a character, as a file's name may hold, is in no encoding.
    return content if isinstance(content, bytes) else content.encode("utf-8", "replace")


def links(turns: Sequence[KeptTurn]) -> str:
    """A line for every quote, and below it its link to the page, without the page's address."""
    return "\n".join(
        f"“{' '.join(one.quote.split())}”\n{on_the_page(one)}" for one in cited_in(turns)
    )


def cited_in(turns: Sequence[KeptTurn]) -> list[Citation]:
    """What is cited, or what was nearest."""
    answers = [turn.answer for turn in turns if turn.answer is not None]
    return [one for answer in answers for one in (answer.citations or answer.nearest)]


def references(style: str, turns: Sequence[KeptTurn]) -> str:
    """A reference to every document that is cited, each once. `style` is one of `STYLES`."""
    _, write = STYLES[style]
    entries = dict.fromkeys(write(citation) for citation in cited_in(turns))
    return ("\n\n" if style == "bibtex" else "\n").join(entries)
