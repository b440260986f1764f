"""The forms that an answer, a conversation or the notes are taken away in, by name."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from assistant.answer import Citation
from assistant.export.as_docx import as_docx
from assistant.export.as_html import as_html
from assistant.export.as_json import as_json, notes_as_json
from assistant.export.as_markdown import as_markdown
from assistant.export.links import on_the_page
from assistant.export.plain import between_marks
from assistant.export.reference import apa, bibtex, chicago
from assistant.export.sheet import Sheet, sheet_of, sheet_of_notes
from assistant.kept.notes import Note
from assistant.kept.record import KeptTurn


@dataclass(frozen=True, slots=True)
class Form:
    """A file's kind, and how it is written."""

    name: str
    """For a reader."""

    kind: str
    """Its media type."""

    write: Callable[[Sheet], str | bytes] | None = None
    """Of a sheet; JSON is written from what the sheet is made of."""


FORMS: Mapping[str, Form] = {
    "md": Form("Markdown", "text/markdown", as_markdown),
    "html": Form("Web page", "text/html", as_html),
    "docx": Form(
        "Word",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        as_docx,
    ),
    "json": Form("JSON", "application/json"),
}
"""By what their files' names end in."""

STYLES = {"apa": ("APA", apa), "chicago": ("Chicago", chicago), "bibtex": ("BibTeX", bibtex)}


def written(form: str, title: str, turns: Sequence[KeptTurn]) -> bytes:
    """Turns as a file's bytes. `form` is one of `FORMS`."""
    write = FORMS[form].write
    return _encoded(write(sheet_of(title, turns)) if write else as_json(title, turns))


def written_notes(form: str, notes: Sequence[Note]) -> bytes:
    """Notes as a file's bytes. `form` is one of `FORMS`."""
    write = FORMS[form].write
    return _encoded(write(sheet_of_notes(notes)) if write else notes_as_json(notes))


def links(citations: Iterable[Citation]) -> str:
    """A line for every quote, and below it its link to the page, without the page's address."""
    return "\n".join(
        f"{between_marks(' '.join(one.quote.split()))}\n{on_the_page(one)}" for one in citations
    )


def cited_in(turns: Sequence[KeptTurn]) -> list[Citation]:
    """What is cited, or what was nearest."""
    answers = [turn.answer for turn in turns if turn.answer is not None]
    return [one for answer in answers for one in (answer.citations or answer.nearest)]


def references(style: str, citations: Iterable[Citation]) -> str:
    """A reference to every document that is cited, each once. `style` is one of `STYLES`."""
    _, write = STYLES[style]
    entries = dict.fromkeys(write(citation) for citation in citations)
    return ("\n\n" if style == "bibtex" else "\n").join(entries)


def _encoded(content: str | bytes) -> bytes:
    # Half a character, as a file's name may hold, is in no encoding.
    return content if isinstance(content, bytes) else content.encode("utf-8", "replace")
