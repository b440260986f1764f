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
    building: bool
