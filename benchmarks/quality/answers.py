"""Whether the words that are pointed out in a quote are the answer, as SQuAD scores it."""

import re
import statistics
import string
from collections import Counter
from collections.abc import Iterable, Sequence

from benchmarks.data import Question, QuestionSet
from benchmarks.metrics import harmonic
from benchmarks.quality.outcomes import Outcome, has_sentences
from benchmarks.quality.rows import Row, share

GROUP = "answer words"

SHORT = 60
"""Characters of the longest gold that is an answer of a few words, shorter than its sentence."""

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation + "‘’“”–—…")


def answer_word_rows(questions: QuestionSet, outcomes: Sequence[Outcome]) -> Iterable[Row]:
    """How often words are pointed out, and how well they meet the gold, in answers that are given.

    Nothing for a set whose gold is sentences or passages.
    """
    if has_sentences(questions):
        return
    answered = [outcome for outcome in outcomes if outcome.reply.answered]
    asked = [outcome for outcome in answered if is_short(outcome.question)]
    if not asked:
        return
    pointed = [
        (words, _gold(questions, outcome.question))
        for outcome in asked
        if (words := words_of(outcome))
    ]
    yield share(GROUP, "given", [bool(words_of(outcome)) for outcome in asked])
    yield share(GROUP, "of these, exactly an answer", [exact(*pair) for pair in pointed])
    if pointed:
        overlap = statistics.mean(token_f1(*pair) for pair in pointed)
        yield Row(GROUP, "of these, token F1", len(pointed), overlap)
    unanswerable = [outcome for outcome in answered if not outcome.question.answerable]
    if unanswerable:
        given = [bool(words_of(outcome)) for outcome in unanswerable]
        yield share(GROUP, "given, to what has no answer", given)


def is_short(question: Question) -> bool:
    """Whether a question's answer is a few words."""
    return any(gold.end - gold.start <= SHORT for gold in question.gold)


def words_of(outcome: Outcome) -> str:
    """The words that are pointed out in an answer; empty if none are."""
    return next((quote.answer for quote in outcome.reply.quotes if quote.answer), "")


def _gold(questions: QuestionSet, question: Question) -> list[str]:
    return [questions.texts[gold.document_id][gold.start : gold.end] for gold in question.gold]


def exact(words: str, gold: Iterable[str]) -> bool:
    """Whether words are an answer but for case, articles and punctuation."""
    return any(_plain(words) == _plain(one) for one in gold)


def token_f1(words: str, gold: Iterable[str]) -> float:
    """How well words meet the answer that they meet best, as F1 of the words in both."""
    return max(_f1(_plain(words), _plain(one)) for one in gold)


def _f1(ours: Sequence[str], theirs: Sequence[str]) -> float:
    if not ours or not theirs:
        return float(ours == theirs)
    shared = sum((Counter(ours) & Counter(theirs)).values())
    return harmonic(shared / len(ours), shared / len(theirs))


def _plain(words: str) -> list[str]:
    return _ARTICLES.sub(" ", words.lower().translate(_PUNCTUATION)).split()
