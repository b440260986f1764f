"""One reader's conversation and open document, kept on the server. Knows no Gradio.

What the browser sends is taken only as a pointer into what stands here: a turn's number, a
citation's number, the id of a document that exists.
"""

import secrets
from dataclasses import dataclass, field

from assistant.answer import Answer
from assistant.kept.conversations import now
from assistant.page.article.article import Highlights
from assistant.page.article.toolbar import Found
from index.document import Span

EARLIER = -1
"""Stands for every turn of a session that is gone but still on the page."""

NO_TURN = -2
"""Stands for none: what is marked was opened by a link, or chosen in a document or a list."""


@dataclass(slots=True)
class Turn:
    """A question, and what has become of it so far."""

    question: str
    answer: Answer | None = None
    as_typed: bool = False
    """Whether just the words of the question were searched for."""

    around: str = ""
    """What stands before and after its quotes, as HTML."""

    problem: str = ""
    finished: bool = False
    stopped: bool = False
    asked: str = field(default_factory=now)
    suggestions: tuple[str, ...] = ()
    """Questions to go on with."""

    remarks: tuple[str, ...] = ()
    """What a reader should know of a turn that was kept, such as a document that has changed."""

    place: int | None = None
    """Where it is kept, once it is."""

    saved: bool = False
    """Whether it is kept as it stands."""

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come."""
        return self.finished or self.stopped


@dataclass(slots=True)
class Session:
    """What one tab has asked and opened."""

    turns: list[Turn] = field(default_factory=list)
    examples: list[str] = field(default_factory=list)
    editing: int | None = None
    document_id: str | None = None
    """The document in the article pane; None while it lists the documents."""

    chosen: tuple[str, ...] = ()
    """Ids of the documents that questions are asked of; none means all."""

    choice: int = 0
    """How often the reader had chosen when that was told."""

    highlights: Highlights = field(default_factory=Highlights)
    shown: list[Span] = field(default_factory=list)
    """The parts of that document that its reader has seen."""

    asked: list[Span] = field(default_factory=list)
    """The further parts that were asked for."""

    looked_for: str = ""
    """Words that were looked for in a document that is not all shown."""

    found: Found | None = None
    searched: str = ""
    """Words that are searched for in all documents."""

    kept: str = ""
    """Key of the conversation where it is kept."""

    unkept: str = ""
    """Why it could not be kept, in a sentence."""

    saved_at: float = 0.0
    """When, by a clock that only goes forward."""

    dropped: list[int] = field(default_factory=list)
    """Places of turns that were kept and are to be no more."""

    room: str = ""
    """What the article pane shows instead of documents: conversations that are kept, or notes."""

    words: str = ""
    """What is looked for in that list."""

    waits: bool = True
    """Whether there has been no document yet that could be shown."""

    noted: str = ""
    """What stood last below the composer because of how things stand."""

    known: tuple[object, ...] = ()
    """What was shown last of how things stand, to tell when that has changed."""

    _key: str = ""

    @property
    def key(self) -> str:
        """Tells a page whether this is the session it knows; made late, since Gradio copies."""
        self._key = self._key or secrets.token_hex(8)
        return self._key

    @property
    def is_new(self) -> bool:
        """Whether nothing was asked or opened in it."""
        return not self.turns and self.document_id is None

    @property
    def busy(self) -> bool:
        """Whether an answer is being given."""
        return bool(self.turns) and not self.turns[-1].is_over

    def stop(self) -> None:
        """Let the answer that is being given end where it is."""
        if self.busy:
            self.turns[-1].stopped = True

    def history(self) -> list[tuple[str, str]]:
        """Earlier turns as the assistant takes them; what failed or was stopped is left out."""
        return [
            (turn.question, turn.answer.text)
            for turn in self.turns
            if turn.answer is not None and turn.finished
        ]

    def cut(self, number: int) -> None:
        """Forget the turn of that number and all after it."""
        self.dropped += [turn.place for turn in self.turns[number:] if turn.place is not None]
        del self.turns[number:]
        self.editing = None
        if self.highlights.turn >= number:
            self.highlights = Highlights()

    def leave(self) -> None:
        """Begin a new conversation; what is kept of this one stays kept."""
        self.turns, self.dropped = [], []
        self.kept = self.unkept = ""
        self.cut(0)

    def turn(self, number: object) -> int | None:
        """`number` if it is that of a turn, None for anything else that a browser may send."""
        if not isinstance(number, int) or isinstance(number, bool):
            return None
        return number if 0 <= number < len(self.turns) else None
