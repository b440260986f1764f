"""How well the claim check tells unsupported claims from sound ones: by rules, and with the reader.

Two sorts of claims, neither of which the reader was trained on: those written for this project,
sound ones in other words and unsupported ones that say why (`texts/`); and sentences of the answers
that people wrote in a question set, and of its gold sentences, as they are and altered.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from assistant.prose.check.claim import Found, Limits, Surroundings, found_by_rules, odds_of
from assistant.reader.model import the_reader
from benchmarks.altered import altered, answers_of, names_of, sentences_of, unrelated
from benchmarks.data import Half, Question, QuestionSet, half_of, hash_of, load_set
from benchmarks.texts import Use, load_texts, rows
from index.split import split_sentences

SET = "clapnq_dev"
HEADER = ("claims", "n", "marked by rules", "marked by rules and reader")
WRITTEN: dict[Half, tuple[Use, ...]] = {
    "fit": ("calibrate",),
    "report": ("report",),
    "all": ("calibrate", "report"),
}
"""Which of the texts belong to a half: those that the reader is not trained on."""

KINDS = {
    "": "sound",
    "swap": "who does what swapped",
    "scope": "all or some",
    "cause": "cause",
    "certainty": "certainty",
    "time": "time",
    "negation": "negation",
    "number": "number",
    "name": "name",
    "added": "added background",
}
"""What is wrong with a written claim."""

SOUND = ("sound", "unaltered", "honest answer")
ALARMS = 0.08
"""Share of the sound claims of either sort, in the mean, that may be marked."""

DOUBTED = (-5.0, -4.5, -4.0, -3.75, -3.5, -3.25, -3.0, -2.75, -2.5, -2.0, -1.5)
EXCUSED = (-2.0, -1.5, -1.0, -0.5, 0.0, 0.5, 1.0)


@dataclass(frozen=True, slots=True)
class Example:
    """A claim with the quotes that it cites."""

    sort: str
    kind: str
    claim: str
    quotes: tuple[str, ...]
    title: str
    document: str

    @property
    def is_sound(self) -> bool:
        return self.kind in SOUND


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is found of an example."""

    example: Example
    found: Found
    odds: float | None

    def marked(self, limits: Limits | None) -> tuple[str, ...]:
        """What the check says; without limits by its rules alone."""
        return self.found.weighed(self.odds if limits else None, limits or Limits())


def measure_claims(folder: Path, half: Half) -> Iterator[Outcome]:
    """Check every example of a half."""
    support = the_reader().support
    for one in (*written(half), *examples(folder, half)):
        before = (_last(one.document.partition(quote)[0]) for quote in one.quotes)
        around = Surroundings((one.title,), tuple(before), one.document)
        found = found_by_rules(one.claim, one.quotes, around)
        yield Outcome(one, found, odds_of(one.claim, one.quotes, around, support))


def claim_rows(outcomes: Sequence[Outcome]) -> list[tuple[str, ...]]:
    """Sum up by kind."""
    made: list[tuple[str, ...]] = []
    for sort in dict.fromkeys(outcome.example.sort for outcome in outcomes):
        here = [outcome for outcome in outcomes if outcome.example.sort == sort]
        unsound = [one for one in here if not one.example.is_sound]
        kinds = dict.fromkeys(one.example.kind for one in here)
        ordered = sorted(kinds, key=lambda kind: (kind not in SOUND, kind))
        made += [
            _row(f"{sort}: {kind}", [o for o in here if o.example.kind == kind]) for kind in ordered
        ]
        made.append(_row(f"{sort}: all unsupported", unsound))
    return made


def faults_of(outcomes: Sequence[Outcome], kind: str) -> Iterator[str]:
    """What was marked though sound, or not marked though unsupported."""
    for outcome in outcomes:
        one = outcome.example
        marked = outcome.marked(Limits())
        if one.kind == kind and bool(marked) == one.is_sound:
            quotes = " / ".join(one.quotes)
            yield f"\n{one.claim}\n  marked: {marked} odds: {outcome.odds}\n  quotes: {quotes}"


def chosen(outcomes: Sequence[Outcome]) -> Limits:
    """The limits that catch most of either sort, in the mean, at as many false alarms as may be."""
    tried = (Limits(*pair) for pair in product(DOUBTED, EXCUSED))
    return max(
        (limits for limits in tried if _mean(outcomes, limits, is_sound=True) <= ALARMS),
        key=lambda limits: _mean(outcomes, limits, is_sound=False),
    )


def written(half: Half) -> Iterator[Example]:
    """The claims that were written for this project, on texts that the reader doesn't know."""
    used = {one.documents[0].id for use in WRITTEN[half] for one in load_texts(use)}
    for row in rows():
        text = " ".join(row["sentences"])
        for one in row["claims"] if row["id"] in used else ():
            quotes = tuple(row["sentences"][number] for number in one["gold"])
            yield Example("written", KINDS[one["why"]], one["c"], quotes, row["title"], text)


def examples(folder: Path, half: Half) -> Iterator[Example]:
    """Make the examples of a half of the question set, the same every time."""
    questions = load_set(folder, SET)
    answers = answers_of(folder / SET)
    titles = {document.id: document.title for document in questions.documents}
    for question in questions.questions:
        if question.gold and half in {"all", half_of(question.key)}:
            document_id = question.gold[0].document_id
            document = questions.texts[document_id]
            gold = tuple(document[place.start : place.end] for place in question.gold)
            title = titles[document_id].partition(" / ")[0]
            for kind, claim in _claims(questions, question, answers.get(question.id, "")):
                yield Example("ClapNQ", kind, claim, gold, title, document)


def _claims(questions: QuestionSet, question: Question, answer: str) -> Iterator[tuple[str, str]]:
    """What may be claimed of a question's gold sentences, each with its kind before it."""
    document_id = question.gold[0].document_id
    document = questions.texts[document_id]
    others = names_of(document)
    for place in question.gold:
        sentence = document[place.start : place.end]
        dice = random.Random(hash_of(f"{question.id} {sentence}"))
        yield from altered(sentence, others, dice)
        yield "from elsewhere", unrelated(questions, document_id, dice)
    for claim in sentences_of(answer):
        yield "honest answer", claim
        dice = random.Random(hash_of(f"{question.id} {claim}"))
        for kind, changed in altered(claim, others, dice):
            if kind != "unaltered":
                yield f"answer, {kind}", changed


def _last(text: str) -> str:
    """A text's last sentence."""
    bare = text.strip()
    spans = split_sentences(bare)
    return spans[-1].of(bare) if spans else ""


def _mean(outcomes: Sequence[Outcome], limits: Limits, *, is_sound: bool) -> float:
    """The share that is marked of either sort's sound or unsupported claims, in the mean."""
    here = [one for one in outcomes if one.example.is_sound == is_sound]
    here = [one for one in here if one.example.kind != "unaltered"]  # they are no test
    sorts = {one.example.sort for one in here}
    return sum(
        _share([one for one in here if one.example.sort == sort], limits) for sort in sorts
    ) / len(sorts)


def _share(outcomes: Sequence[Outcome], limits: Limits | None) -> float:
    return sum(bool(one.marked(limits)) for one in outcomes) / len(outcomes)


def _row(name: str, outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    shares = (_share(outcomes, limits) for limits in (None, Limits()))
    return (name, str(len(outcomes)), *(f"{share:.1%}" for share in shares))
