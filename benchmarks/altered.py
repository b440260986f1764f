"""Claims made of the gold sentences of a question set, and the answers that people wrote from them.

They are altered with nothing but regular expressions: none of the check's own notions of a number,
a name or a negation is used.
"""

import json
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.data import DataError, QuestionSet

_DIGITS = re.compile(r"(?<![\w.,/])\d[\d,]*(?:\.\d+)?(?![\w/])")
_COUNTED = {"two": "five", "three": "seven", "four": "nine", "five": "two", "six": "three"}
_AUXILIARY = re.compile(
    r"\b(?:is|are|was|were|has|have|had|can|could|will|would|should|may|might|must|did|does)\b"
    r"(?! (?:not|n't|never)\b)"
)
_NEGATION = re.compile(r" (?:not|n't|never)\b")
_CALENDAR = frozenset(
    """
    January February March April May June July August September October November December
    Monday Tuesday Wednesday Thursday Friday Saturday Sunday
    """.split()  # noqa: SIM905 - a list would be unreadable
)
_SENTENCE_END = re.compile(
    r"(?<=[.!?])(?<!\b[A-Z]\.)(?<!\bMr\.)(?<!\bDr\.)(?<!\bSt\.)\s+(?=[\"'`“]*\s?[A-Z])"
)
_PLAIN = re.compile(r"^(?:The|A|An|In|On|At|It|He|She|They|This|These|His|Her|Its|I|As|For|If)$")


def altered(sentence: str, names: Sequence[str], dice: random.Random) -> Iterator[tuple[str, str]]:
    yield "unaltered", sentence
    if claim := _other_number(sentence, dice):
        yield "changed number", claim
    if claim := _other_name(sentence, names, dice):
        yield "replaced name", claim
    if match := _AUXILIARY.search(sentence):
        yield "negation put in", f"{sentence[: match.end()]} not{sentence[match.end() :]}"
    if match := _NEGATION.search(sentence):
        yield "negation taken out", sentence[: match.start()] + sentence[match.end() :]


def _other_number(sentence: str, dice: random.Random) -> str:
    found = list(_DIGITS.finditer(sentence))
    if found:
        match = dice.choice(found)
        digits = match[0]
        while digits in sentence:
            digits = re.sub(r"\d", lambda _: str(dice.randint(0, 9)), match[0])
            if digits[0] == "0":
                digits = str(dice.randint(1, 9)) + digits[1:]
            if len(digits) == 1 and dice.random() < 0.1:
                digits += str(dice.randint(0, 9))
        return sentence[: match.start()] + digits + sentence[match.end() :]
    for word in sentence.split():
        if word in _COUNTED:
            return re.sub(rf"\b{word}\b", _COUNTED[word], sentence, count=1)
    return ""


def _other_name(sentence: str, names: Sequence[str], dice: random.Random) -> str:
    here = [name for name in names if re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", sentence)]
    longest = [name for name in here if not any(name != other and name in other for other in here)]
    if not longest:
        return ""
    old = dice.choice(longest)
    words = set(old.split())
    others = [name for name in names if not words & set(name.split())]
    if not others:
        return ""
    new = dice.choice(others)
    return re.sub(rf"(?<![\w-]){re.escape(old)}(?![\w-])", lambda _: new, sentence, count=1)


def names_of(document: str) -> list[str]:
    """Runs of capitalised words within sentences."""
    names: dict[str, None] = {}
    run: list[str] = []
    begins = True
    for token in [*document.split(), "."]:
        word = token.strip("()\"'`,;:")
        if re.fullmatch(r"[A-Z][\w'’-]+", word) and not begins and word not in _CALENDAR:
            run.append(word)
        else:
            if run and not all(_PLAIN.match(part) for part in run):
                names[" ".join(run)] = None
            run = []
        if run and token[-1:] in ",;:)":
            names[" ".join(run)] = None
            run = []
        begins = token[-1:] in {".", "!", "?", ":", "`", "'", '"', "("}
    return list(names)


def unrelated(questions: QuestionSet, document_id: str, dice: random.Random) -> str:
    """A sentence of another document."""
    while True:
        question = dice.choice(questions.questions)
        if question.gold and question.gold[0].document_id != document_id:
            place = question.gold[0]
            return questions.texts[place.document_id][place.start : place.end]


def sentences_of(answer: str) -> list[str]:
    pieces = [piece.strip() for line in answer.splitlines() for piece in _SENTENCE_END.split(line)]
    return [piece for piece in pieces if len(piece) > 8]


def answers_of(folder: Path) -> dict[str, str]:
    """What people answered, by the question's id."""
    path = folder / "questions.jsonl"
    try:
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    except OSError as error:
        raise DataError(f"Cannot read {str(path)!r}: {error.strerror}.") from error
    return {str(row["qid"]): str(row.get("long_answer") or "") for row in rows}
