"""Texts in which lines that only ask or announce hold the words of a question.

They are made of questions and the sentences that answer them, in the forms in which such lines
come: under "Q:", in bold, numbered, as headings; headings that only name what follows; and a quiz
below its text.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from benchmarks.baselines import STOP_WORDS
from benchmarks.data import Place, Question, QuestionSet, SetDocument

PAIRS = 8
"""Questions in a text."""


class Pair(NamedTuple):
    """A question, and the sentences that answer it."""

    question: Question
    sentences: tuple[str, ...]
    topic: str


@dataclass(frozen=True, slots=True)
class Faqs:
    """Texts, as a question set, and where the lines are that say nothing themselves."""

    questions: QuestionSet
    lines: Mapping[str, tuple[Place, ...]]
    """By document."""

    def says_nothing(self, place: Place) -> bool:
        """Whether there is no word at a place but those of questions and headings."""
        lines = [line for line in self.lines[place.document_id] if line.overlap(place)]
        text = self.questions.texts[place.document_id]
        return not any(
            text[at].isalnum() and not any(line.start <= at < line.end for line in lines)
            for at in range(place.start, place.end)
        )


@dataclass(slots=True)
class _Page:
    """A text that is being written."""

    id: str
    text: str = ""
    lines: list[Place] = field(default_factory=list)
    said: list[tuple[str, Place]] = field(default_factory=list)
    """Sentences, and where they are."""

    def line(self, words: str, end: str) -> None:
        """Write a line that asks or announces."""
        self.lines.append(self._write(words))
        self.text += end

    def say(self, pair: Pair) -> None:
        """Write what answers, as a paragraph."""
        for sentence in pair.sentences:
            self.said.append((sentence, self._write(sentence)))
            self.text += " "
        self.text = f"{self.text[:-1]}\n\n"

    def _write(self, words: str) -> Place:
        start = len(self.text)
        self.text += words
        return Place(self.id, start, len(self.text))


def faqs_of(name: str, pairs: Sequence[Pair]) -> Faqs:
    """Write texts of so many pairs each, those on a topic together, every form in turn."""
    in_order = sorted(pairs, key=lambda pair: (pair.topic, pair.question.key, pair.question.id))
    documents, questions, lines = [], [], {}
    for number, start in enumerate(range(0, len(in_order), PAIRS)):
        taken = in_order[start : start + PAIRS]
        suffix, write = FORMS[number % len(FORMS)]
        page = _Page(f"faq-{number}")
        title = f"{taken[0].topic}: questions and answers"
        page.line(f"# {title}" if suffix == ".md" else title, "\n\n")
        write(page, taken)
        documents.append(SetDocument(page.id, title, page.text, suffix=suffix))
        lines[page.id] = tuple(page.lines)
        questions += [_asked_of(page, pair) for pair in taken]
    texts = {document.id: document.text for document in documents}
    topics = {document.id: document.topic for document in documents}
    return Faqs(QuestionSet(name, tuple(documents), tuple(questions), texts, topics), lines)


def _asked_of(page: _Page, pair: Pair) -> Question:
    """The question, with its gold where the page has it: in all places, if it is said twice."""
    gold = tuple(place for sentence, place in page.said if sentence in pair.sentences)
    return replace(pair.question, document_ids=(page.id,), gold=gold)


def _labelled(page: _Page, pairs: Sequence[Pair]) -> None:
    for pair in pairs:
        page.line(f"Q: {_as_asked(pair)}", "\n")
        page.line("A:", " ")
        page.say(pair)


def _bold(page: _Page, pairs: Sequence[Pair]) -> None:
    for pair in pairs:
        page.line(f"**{_as_asked(pair)}**", "\n\n")
        page.say(pair)


def _numbered(page: _Page, pairs: Sequence[Pair]) -> None:
    for number, pair in enumerate(pairs, start=1):
        page.line(f"{number}. {_as_asked(pair)}", "\n")
        page.say(pair)


def _headed(page: _Page, pairs: Sequence[Pair]) -> None:
    for pair in pairs:
        page.line(f"## {_as_asked(pair)}", "\n\n")
        page.say(pair)


def _named(page: _Page, pairs: Sequence[Pair]) -> None:
    for pair in pairs:
        page.line(f"## {name_of(pair.question.text)}", "\n\n")
        page.say(pair)


def _quizzed(page: _Page, pairs: Sequence[Pair]) -> None:
    for pair in pairs:
        page.say(pair)
    page.line("Quiz", "\n\n")
    for number, pair in enumerate(pairs, start=1):
        page.line(f"{number}. {_as_asked(pair)}", "\n")


FORMS: Sequence[tuple[str, Callable[[_Page, Sequence[Pair]], None]]] = (
    (".txt", _labelled),
    (".md", _bold),
    (".txt", _numbered),
    (".md", _headed),
    (".md", _named),
    (".txt", _quizzed),
)


def name_of(question: str) -> str:
    """A heading that names what a question is about: its words without those that only ask."""
    kept = [word for word in question.rstrip(" ?").split() if word.lower() not in STOP_WORDS]
    name = " ".join(kept) or question
    return name[:1].upper() + name[1:]


def _as_asked(pair: Pair) -> str:
    text = pair.question.text.rstrip(" ?")
    return f"{text[:1].upper()}{text[1:]}?"
