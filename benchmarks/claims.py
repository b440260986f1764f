"""How well the claim check tells altered claims from honest ones.

Altered claims are made here, from the gold sentences of a question set, with nothing but regular
expressions: none of the check's own notions of a number, a name or a negation is used. Honest
claims are the sentences of the answers that people wrote from the same gold sentences.
"""

import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.data import DataError, Half, QuestionSet, half_of, hash_of, load_set

SET = "clapnq_dev"
HEADER = ("claims", "n", "marked, citing the sentence", "marked, citing all gold")

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


@dataclass(frozen=True, slots=True)
class Example:
    """A claim with the quotes that it cites."""

    kind: str
    claim: str
    sentence: str
    """The gold sentence that it was made from; empty for an honest answer's."""

    gold: tuple[str, ...]
    title: str
    document: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the check said of an example."""

    example: Example
    citing_sentence: tuple[str, ...] | None
    citing_gold: tuple[str, ...]


Check = Callable[[str, Sequence[str], Example], tuple[str, ...]]


def measure_claims(folder: Path, half: Half, check: Check) -> Iterator[Outcome]:
    """Check every example of a half."""
    for example in examples(folder, half):
        citing_sentence = None
        if example.sentence:
            citing_sentence = check(example.claim, (example.sentence,), example)
        yield Outcome(example, citing_sentence, check(example.claim, example.gold, example))


def claim_rows(outcomes: Sequence[Outcome]) -> list[tuple[str, ...]]:
    """Sum up by kind."""
    rows: list[tuple[str, ...]] = []
    for kind in dict.fromkeys(outcome.example.kind for outcome in outcomes):
        of_kind = [outcome for outcome in outcomes if outcome.example.kind == kind]
        alone = [bool(o.citing_sentence) for o in of_kind if o.citing_sentence is not None]
        together = [bool(o.citing_gold) for o in of_kind]
        rows.append((kind, str(len(of_kind)), _share(alone), _share(together)))
    return rows


def faults_of(outcomes: Sequence[Outcome], kind: str) -> Iterator[str]:
    """What was marked though honest, or not marked though altered."""
    for outcome in outcomes:
        example = outcome.example
        is_honest = kind in {"honest answer", "unaltered"}
        if example.kind == kind and bool(outcome.citing_gold) == is_honest:
            quotes = " / ".join(example.gold)
            yield f"\n{example.claim}\n  marked: {outcome.citing_gold}\n  quotes: {quotes}"


def product_check(embedding_name: str) -> Check:
    """The product's check, as its prose uses it."""
    from assistant.prose.check.claim import Surroundings, mismatches
    from assistant.prose.check.nearness import nearness
    from index.embed import load_embedding

    near = nearness(load_embedding(embedding_name))

    def check(claim: str, quotes: Sequence[str], example: Example) -> tuple[str, ...]:
        before = tuple(example.document.partition(quote)[0] for quote in quotes)
        around = Surroundings((example.title,), before, example.document)
        return mismatches(claim, quotes, around, near)

    return check


def examples(folder: Path, half: Half) -> Iterator[Example]:
    """Make the examples of a half, the same every time."""
    questions = load_set(folder, SET)
    answers = _answers(folder)
    titles = {document.id: document.title for document in questions.documents}
    for question in questions.questions:
        if not question.gold or half not in {"all", half_of(question.key)}:
            continue
        document_id = question.gold[0].document_id
        document = questions.texts[document_id]
        gold = tuple(document[place.start : place.end] for place in question.gold)
        title = titles[document_id].partition(" / ")[0]
        others = _names_of(document)
        for sentence in gold:
            dice = random.Random(hash_of(f"{question.id} {sentence}"))
            for kind, claim in _altered(sentence, others, dice):
                yield Example(kind, claim, sentence, gold, title, document)
            elsewhere = _unrelated(questions, document_id, dice)
            yield Example("from elsewhere", elsewhere, sentence, gold, title, document)
        for claim in _sentences(answers.get(question.id, "")):
            yield Example("honest answer", claim, "", gold, title, document)
            dice = random.Random(hash_of(f"{question.id} {claim}"))
            for kind, altered in _altered(claim, others, dice):
                if kind != "unaltered":
                    yield Example(f"answer, {kind}", altered, "", gold, title, document)


def _altered(sentence: str, names: Sequence[str], dice: random.Random) -> Iterator[tuple[str, str]]:
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


def _names_of(document: str) -> list[str]:
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


def _unrelated(questions: QuestionSet, document_id: str, dice: random.Random) -> str:
    """A sentence of another document."""
    while True:
        question = dice.choice(questions.questions)
        if question.gold and question.gold[0].document_id != document_id:
            place = question.gold[0]
            return questions.texts[place.document_id][place.start : place.end]


def _sentences(answer: str) -> list[str]:
    pieces = [piece.strip() for line in answer.splitlines() for piece in _SENTENCE_END.split(line)]
    return [piece for piece in pieces if len(piece) > 8]


def _answers(folder: Path) -> dict[str, str]:
    path = folder / SET / "questions.jsonl"
    try:
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    except OSError as error:
        raise DataError(f"Cannot read {str(path)!r}: {error.strerror}.") from error
    return {str(row["qid"]): str(row.get("long_answer") or "") for row in rows}


def _share(marked: Sequence[bool]) -> str:
    return f"{sum(marked) / len(marked):.1%}" if marked else ""
