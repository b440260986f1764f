"""A follow-up and what came before it → a question that stands alone, by a language model."""

import re
from collections.abc import Generator
from contextlib import closing
from dataclasses import replace

from assistant.answer import Answer, History
from assistant.hidden import without_hidden
from assistant.prose.check.claim import unknown_in
from assistant.prose.check.quotation import settle
from assistant.prose.prompt import rewrite_prompt
from assistant.prose.reply.thoughts import without_thoughts
from assistant.prose.server.failure import ModelError
from assistant.prose.server.model import Model
from assistant.query.question import names_in
from index.terms import fold, terms, words

LONGEST_QUESTION = 400
"""Characters of a rewritten question; what is longer is something else."""

MOST_WRITTEN = 16_000
"""Characters of the reply that holds it, thoughts included."""

_WRAPPING = re.compile(
    r"^\W*(?:[\w ,’'-]{0,60}\b(?:question|alone|standalone|rewritten)\b[\w ,’'-]{0,30}\W{0,3}:)?"
    r"[\s\"“*>-]*|[\"”*\s]*$",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r".*[?？؟;]|\W*(?:who|whom|whose|what|when|where|why|which|how|is|are|was|were|do|does|did|has|have|"
    r"had|can|could|will|would|shall|should|may|might|must|tell|explain|describe|list|show|give|"
    r"compare|summari[sz]e|name|find|in|at|on|for|to|from|by|with)\b",
    re.IGNORECASE | re.DOTALL,
)
_LEANS = re.compile(
    r"\W*(?:and|but|so|also|or|(?:what|how)\s+about)\b"
    r"|(?P<before>.*?)\b(?:it|its|they|them|their|he|him|his|she|her|this|that|these|those|ones?|others?)\b",
    re.IGNORECASE | re.DOTALL,
)
"""How a question begins that goes on from another, or the first word that may point back to one."""

_NAMED = 2
"""Terms before such a word that may be what it stands for."""

_ECHO = 4
"""Words in a row that a rewritten question has from the prompt only when it repeats the prompt."""


def rewritten(
    model: Model, history: History, by_rule: Answer
) -> Generator[Answer, None, tuple[str, str]]:
    """Make a follow-up stand alone.

    Args:
        model: What rewrites it.
        history: The turns before.
        by_rule: What stands there without a model: what was searched for is taken when the model
            fails, or makes something up.

    Yields:
        That answer if it is one, or else an empty one, now and then: the caller's chance to stop.

    Returns:
        The question to search for; and what went wrong with the model, if it is of no use.
    """
    question, reply = by_rule.question, ""
    meanwhile = by_rule if by_rule.answered else Answer(question, question, "", (), answered=True)
    try:
        with closing(model.stream(rewrite_prompt(question, history))) as pieces:
            for piece in pieces:
                yield replace(meanwhile, growing=True)
                reply += piece
                if len(reply) > MOST_WRITTEN:
                    break
    except ModelError as error:
        return by_rule.searched, str(error)
    answer, seen = without_thoughts(without_hidden(reply))
    if answer.strip() and len(reply) <= MOST_WRITTEN:  # else a thought’s end may be still to come
        model.habit.learn(seen)
    lines = [line for line in answer.splitlines() if line.strip()]
    made = _WRAPPING.sub("", lines[0]).strip() if lines else ""
    made = settle(made, [question, *(asked for asked, _ in history)]).text
    is_sound = len(lines) == 1 and _is_sound(made, question, history)
    return (made if is_sound else by_rule.searched), ""


def _is_sound(made: str, question: str, history: History) -> bool:
    """Whether a rewritten question is one, by itself, with nothing in it that nobody spoke of."""
    known = " ".join([question, *(text for turn in history for text in turn)])
    if not 0 < len(made) <= LONGEST_QUESTION or re.search(r"https?://|[<>\[\]{}]", made):
        return False
    is_question = _ASKS.match(made) or not _ASKS.match(question)
    if not is_question or _echoes(made, known) or _leans(made):
        return False
    if fold(made) in {fold(asked.strip()) for asked, _ in history} - {fold(question.strip())}:
        return False  # the question before, once more
    return not unknown_in(made, [known])


def _leans(made: str) -> bool:
    """Whether a question needs another to be understood, as far as its form tells."""
    found = _LEANS.match(made)
    before = found and found["before"]
    if not before:
        return bool(found)
    return not names_in(f"x {before}") and len(set(terms(before))) < _NAMED


def _echoes(made: str, known: str) -> bool:
    """Whether a rewritten question repeats what the model was told."""
    told = " ".join(message.text for message in rewrite_prompt("", ()))
    return bool(_runs(made) & _runs(told) - _runs(known))


def _runs(text: str) -> set[tuple[str, ...]]:
    said = [fold(word) for word in words(text)]
    return {tuple(said[at : at + _ECHO]) for at in range(len(said) - _ECHO + 1)}
