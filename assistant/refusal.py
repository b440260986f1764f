"""Why there is no answer, in words that a person understands."""

from collections.abc import Sequence

from assistant.question import Question
from index.store import Store
from index.terms import FUNCTION_WORDS, fold, terms, words

LONGEST_QUESTION = 2000
"""Characters; what is longer is not a question but a text."""


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
    parts = terms(name)
    if not parts or any(store.frequency(part) for part in parts[-1:]):
        return True
    if len(parts) > 1 and sum(bool(store.frequency(part)) for part in parts) * 2 > len(parts):
        return True
    initials = "".join(word[0] for word in words(name) if word[0].isupper()).lower()
    return len(initials) > 1 and bool(store.frequency(initials))


def why_not(question: Question, unknown: Sequence[str], store: Store) -> str:
    """Explain that the documents do not answer."""
    if unknown:
        names = _listed([f"‘{name}’" for name in unknown])
        verb = "does" if len(unknown) == 1 else "do"
        return f"The documents don’t say: {names} {verb} not occur in them."
    absent = [word for word in words(question.text) if _is_absent(word, store)]
    if question.terms and len(absent) == len(question.terms) and _is_foreign(question.text):
        return (
            "The documents don’t say, as far as I can tell: none of the question’s words occurs "
            "in them. Ask in the documents’ language."
        )
    if absent:
        found = _listed([f"‘{word}’" for word in dict.fromkeys(absent[:3])])
        verb = "does" if len(set(absent[:3])) == 1 else "do"
        return f"The documents don’t say. {found} {verb} not occur in them."
    return "The documents don’t say: no sentence comes near enough to an answer."


def _is_absent(word: str, store: Store) -> bool:
    found = terms(word)
    return bool(found) and not any(store.frequency(term) for term in found)


def _is_foreign(text: str) -> bool:
    return not any(fold(word) in FUNCTION_WORDS for word in words(text))


def _listed(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
