"""Why there is no answer, in words that a person understands."""

from collections.abc import Sequence

from assistant.query.question import LONGEST_QUESTION, ORDINARY, Question
from assistant.query.spelling import is_absent
from index.languages import ENGLISH
from index.recognition import language_asked_in
from index.store import Store
from index.terms import FUNCTION_WORDS, fold, term_of, terms, words


def refuse_question(question: str) -> str:
    """Say why a question can't be searched for; the empty string if it can."""
    if not question.strip():
        return "That was empty. Ask a question in plain words."
    if len(question) > LONGEST_QUESTION:
        return (
            f"That is {len(question):,} characters long; a question may have "
            f"{LONGEST_QUESTION:,}. Ask for one thing at a time."
        )
    if not words(question):
        return "There is no word in that. Ask a question in plain words."
    return ""


def missing_names(question: Question, store: Store) -> list[str]:
    """The names in a question that no document mentions, in any form that it may have there."""
    return [name for name in question.names if not _is_mentioned(name, store)]


def _is_mentioned(name: str, store: Store) -> bool:
    return any(_is_mentioned_in(language, name, store) for language in store.languages())


def _is_mentioned_in(language: str, name: str, store: Store) -> bool:
    parts = terms(name, language)
    if not parts or any(store.frequency(part) for part in parts[-1:]):
        return True
    if len(parts) > 1 and sum(bool(store.frequency(part)) for part in parts) * 2 > len(parts):
        return True
    initials = "".join(word[0] for word in words(name) if word[0].isupper()).lower()
    return len(initials) > 1 and bool(store.frequency(initials))


def why_not(
    question: Question,
    store: Store,
    *,
    unknown: Sequence[str] = (),
    is_near: bool = False,
    searched: str = "documents",
) -> str:
    """Explain that the documents do not answer.

    Args:
        question: What was asked.
        store: What was searched.
        unknown: Names in the question that no document mentions.
        is_near: Whether something was found that may be meant all the same.
        searched: What was searched, as it is called behind `the`.
    """
    if not question.terms:
        return "I can’t tell what that is about. Name the person or thing that you ask about."
    if is_near and not unknown:
        whose = "" if searched == "documents" else f" of the {searched}"
        return f"No sentence{whose} answers this outright; one of the nearest may help."
    absent = [word for word in words(question.text) if is_absent(word, store)]
    is_one = searched.startswith("document ")
    silence = f"The {searched} {'doesn’t' if is_one else 'don’t'} say"
    there = "it" if is_one else "them"
    if _is_foreign(question, absent, store.languages()):
        return (
            f"{silence}, as far as I can tell: hardly any of the question’s words "
            f"occur in {there}. Ask in the documents’ language."
        )
    named_otherwise = {word for name in question.names for word in words(name)}
    telling = [w for w in absent if term_of(w) not in ORDINARY and w not in named_otherwise]
    named = list(unknown) or list(dict.fromkeys(telling))[:3]
    if not named:
        return f"{silence}: no sentence comes near enough to an answer."
    verb = "does" if len(named) == 1 else "do"
    listed = _listed([f"‘{one}’" for one in named])
    return f"{silence}: {listed} {verb} not occur in {there}."


def _is_foreign(question: Question, absent: Sequence[str], languages: Sequence[str]) -> bool:
    """Whether a question is in another language than the documents, as far as its words tell."""
    said = words(question.text)
    told = language_asked_in(question.text)
    if told:
        return told not in languages and 2 * len(absent) >= len(said)
    if ENGLISH not in languages:
        return False
    if any(char.isalpha() and char > "\u024f" for word in absent for char in word):
        return 2 * len(absent) > len(said)
    known = sum(fold(word) in FUNCTION_WORDS for word in said)
    return len(said) > 2 and 5 * known < len(said) and 2 * len(absent) >= len(said)  # noqa: PLR2004


def _listed(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
