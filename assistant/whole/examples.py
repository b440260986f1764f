"""Example questions, made from the documents' own sentences, so that each has an answer."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice

from assistant.query.question import names_in
from assistant.quotes.furniture import look_at
from index.names import called
from index.store import Store, StoredDocument
from index.terms import terms, words

DOCUMENTS = 20
"""Documents that examples are drawn from, at the most."""

SENTENCES = 150
"""Sentences of each that are looked at."""

LONGEST_TITLE = 60
"""Characters of a title that a question names."""

_NAME = r"(?P<the>[Tt]he\s+)?(?P<who>[A-Z][\w’'&-]*(?:\s+[A-Z][\w’'&-]*){0,3})"
_SAYING = re.compile(
    rf"^{_NAME}(?:,[^,]{{1,60}},)?(?:\s+(?:last|this)\s+\w+|\s+(?:also|later|recently|publicly))*\s+"
    r"(?P<verb>announced|committed\s+to|pitched|found|reported|warned|agreed\s+to|decided\s+to|"
    r"argued|claimed|released|published|launched|discovered|proposed|adopted|approved|explained|"
    r"suggested|promised|invented|wrote|developed)\s+(?!by\b|in\b|on\b|\d)\w"
)
_BASE = {
    "announced": "announce", "committed": "commit to", "pitched": "pitch", "found": "find",
    "reported": "report", "warned": "warn of", "agreed": "agree to", "decided": "decide",
    "argued": "argue", "claimed": "claim", "released": "release", "published": "publish",
    "launched": "launch", "discovered": "discover", "proposed": "propose", "adopted": "adopt",
    "approved": "approve", "explained": "explain", "suggested": "suggest", "promised": "promise",
    "invented": "invent", "wrote": "write", "developed": "develop",
}  # fmt: skip
_DATED = re.compile(
    rf"^(?P<what>{_NAME}|[Tt]he\s+(?:[a-z-]+\s+){{0,2}}[a-z-]+)\s+(?P<be>was|were)\s+(?:first\s+)?"
    r"(?P<verb>built|founded|opened|published|released|launched|established|completed|born|automated|"
    r"elected|signed|introduced|created|discovered|formed|adopted|lit|begun|abolished|approved)\b"
    r"[^.]*\b(?:1[0-9]{3}|20\d\d)\b"
)
_NUMBERING = re.compile(r"^\(?(?:\d+(?:\.\d+)*|[a-z])[.)]?\s+")
_NO_NAME = re.compile(
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|mr|mrs|ms|miss|dr|option|appendix|item|chapter|"
    r"section|figure|table|page|part|volume)$|(?-i:[A-Z][A-Z ]{5,}$)",
    re.IGNORECASE,
)
_CLOSED = re.compile(r"[\"“”()\[\]]")


def example_questions(store: Store, count: int, document_id: str | None = None) -> list[str]:
    """Make up questions that the documents may answer; whoever shows them asks them first.

    Args:
        store: Where the documents are.
        count: How many at the most.
        document_id: The only document that they are to be about, if any.
    """
    if document_id is not None:
        return list(islice(_of_document(store, document_id, alone=False), count))
    entries = store.documents()[:DOCUMENTS]
    alone = len(entries) == 1
    made = _by_turns(
        [
            [*_of_document(store, entry.id, alone=alone), *([] if alone else _of_title(entry))]
            for entry in entries
        ]
    )
    if len(entries) == 1:
        made.insert(2, "What is this document about?")
    return made[: max(0, count)]


def of_different_documents(
    questions: Iterable[tuple[str, str]], count: int, documents: int
) -> list[str]:
    """Choose some of the questions, of as many documents as are wanted if there are so many.

    Args:
        questions: Each with the document that answers it; no more are taken than it needs.
        count: How many at the most.
        documents: How many documents they are to be of.
    """
    first: dict[str, str] = {}
    rest: list[str] = []
    for question, document_id in questions:
        if first.setdefault(document_id, question) != question:
            rest.append(question)
        if len(first) >= documents and len(first) + len(rest) >= count:
            break
    return [*first.values(), *rest][:count]


def _of_document(store: Store, document_id: str, *, alone: bool) -> list[str]:
    document = store.document(document_id)
    spans = document.of_the_article(span for _, span in store.sentences_in(document_id))
    sentences = [span.of(document.text) for span in spans[:SENTENCES]]
    article = [one for one in sentences if not look_at(one).is_boilerplate]
    return list(dict.fromkeys(_questions(article, alone=alone)))


def _of_title(entry: StoredDocument) -> list[str]:
    has_title = entry.title != called(entry.id) and len(entry.title) <= LONGEST_TITLE
    return [f"Summarise “{entry.title}”"] if has_title else []


def _questions(sentences: list[str], *, alone: bool) -> Iterator[str]:
    """Questions about a document: about what it tells, then about what it names."""
    names = _names(sentences)
    for sentence in sentences:
        yield from _from_sentence(_NUMBERING.sub("", sentence), names)
    if alone:
        for name, _ in names.most_common(10):
            yield f"What does it say about {name}?"


def _names(sentences: list[str]) -> Counter[str]:
    """The names in a document and how often each occurs, those of several words doubly."""
    names: Counter[str] = Counter()
    for sentence in sentences:
        for name in names_in(f"x {sentence.partition(' ')[2]}"):  # the first capital says nothing
            bare = re.sub(r"['’]s?$", "", name)
            told = re.search(rf"(?P<the>\b[Tt]he\s+)?{re.escape(bare)}(?!\s*\d)", sentence)
            if told and not _NO_NAME.match(bare):
                names[f"the {bare}" if told["the"] else bare] += 1 + (" " in bare)
    for name in [name for name in names if f"the {name}" in names]:  # both ways: as it is oftener
        less = min(name, f"the {name}", key=names.__getitem__)
        names[f"the {name}" if less == name else name] += names.pop(less)
    return names


def _from_sentence(sentence: str, names: Counter[str]) -> Iterator[str]:
    if match := _SAYING.match(sentence):
        who = f"the {match['who']}" if match["the"] else match["who"]
        if who in names or len(words(match["who"])) > 1:
            yield f"What did {who} {_BASE[match['verb'].split()[0]]}?"
    if (match := _DATED.match(sentence)) and not _CLOSED.search(match["what"]):
        what = match["what"]
        if terms(what) and (match["who"] is None or match["who"] in names or " " in match["who"]):
            what = re.sub(r"^The\b", "the", what)
            yield f"When {match['be']} {what} {match['verb']}?"


def _by_turns(lists: list[list[str]]) -> list[str]:
    """The first of each list, then the second of each, and so on."""
    longest = max(map(len, lists), default=0)
    return list(
        dict.fromkeys(one[turn] for turn in range(longest) for one in lists if turn < len(one))
    )
