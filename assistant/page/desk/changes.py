"""What changes on the page when something happens. Knows no Gradio."""

from dataclasses import dataclass
from typing import TypedDict


@dataclass(frozen=True, slots=True)
class Composer:
    """How the box for the question changes; None leaves a thing as it is."""

    words: str | None = None
    busy: bool | None = None
    """Whether it offers to stop, instead of to ask."""

    ready: bool | None = None
    hint: str | None = None


class Changes(TypedDict, total=False):
    """The panes that change, and what each then shows."""

    masthead: str
    conversation: str
    scope: str
    composer: Composer
    note: str
    reader: str
    parcel: str
    building: bool


def composer_of(*, documents: bool, building: bool) -> Composer:
    """The box for the question, by what there is to ask."""
    if documents:
        return Composer(busy=False, ready=True, hint="Ask your documents")
    waiting = "Reading your documents …" if building else "No documents to ask yet"
    return Composer(busy=False, ready=False, hint=waiting)
