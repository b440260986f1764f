"""What is asked: questions, what came before them, and which documents are meant."""

from collections.abc import Iterable
from typing import Annotated, TypeAlias

from pydantic import ConfigDict, Field

from assistant.answer import History
from assistant.query.question import LONGEST_QUESTION
from assistant.schema.form import Form, Words
from index import scope as core

MOST_PASSAGES = 50

MOST_TURNS = 50

MENTIONED = 20
"""Documents that hold some words and are listed, unless more are wanted."""


class Scope(Form):
    """Which documents are asked: those that meet all that is given; all of them if nothing is."""

    model_config = ConfigDict(extra="forbid")

    documents: list[Words] = Field(default_factory=list)
    """Their ids."""

    folder: Words = ""
    """Below the folder of documents; folders in it count."""

    author: Words = ""
    """A name, or a part of it in whole words; so too for `site`."""

    site: Words = ""
    """As the document names it, or the host that it comes from."""

    published_after: Words = ""
    """A year, a month or a day (2024, 2024-03, 2024-03-12): on its first day or later."""

    published_before: Words = ""
    """Earlier than its first day."""

    language: Words = ""
    """BCP 47; `en` means `en-GB` too."""

    def meant(self) -> core.Scope:
        """The same, as the assistant takes it.

        Raises:
            ScopeError: No document can meet it.
        """
        return core.Scope(**self.model_dump() | {"documents": tuple(self.documents)})


class Turn(Form):
    """What was asked before, and the text of what was answered."""

    question: Words
    answer: Words = ""


Question: TypeAlias = Annotated[
    Words, Field(description=f"In plain words, at most {LONGEST_QUESTION:,} characters.")
]

Turns: TypeAlias = Annotated[
    list[Turn],
    Field(max_length=MOST_TURNS, description="What a follow-up follows, oldest first."),
]

Count: TypeAlias = Annotated[
    int, Field(ge=1, le=MOST_PASSAGES, description="How many passages, at most.")
]


Sought: TypeAlias = Annotated[
    Words,
    Field(
        max_length=200,
        description="Words that a document has to hold, in any form; between quotation marks, "
        "one after another.",
    ),
]


def history_of(turns: Iterable[Turn]) -> History:
    """The same, as the assistant takes it."""
    return [(turn.question, turn.answer) for turn in turns]
