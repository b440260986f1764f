"""Example questions, made from the documents' own sentences, so that each has an answer."""

import re

from assistant.boilerplate import look_at
from index.store import Store

DOCUMENTS = 20
"""Documents that examples are drawn from, at the most."""

_SAYING = re.compile(
    r"^(?:The\s+)?(?P<who>(?:[A-Z][\w’'.&-]*)(?:\s+[A-Z][\w’'.&-]*){0,3})(?:,[^,]{1,60},)?\s+"
    r"(?:(?:\w+\s+){0,2}?)(?P<verb>said|says|announced|announces|committed|pitched|obtained|voted|"
    r"approved|found|reported|warned|agreed|decided|opened|built|showed|argued|claimed|released|"
    r"published|launched|discovered|won|lost|moved|proposed|adopted|resolved|noted)\b"
)
_BASE = {
    "said": "say", "says": "say", "announced": "announce", "announces": "announce",
    "committed": "commit to", "pitched": "pitch", "obtained": "obtain", "voted": "vote for",
    "approved": "approve", "found": "find", "reported": "report", "warned": "warn of",
    "agreed": "agree to", "decided": "decide", "opened": "open", "built": "build",
    "showed": "show", "argued": "argue", "claimed": "claim", "released": "release",
    "published": "publish", "launched": "launch", "discovered": "discover", "won": "win",
    "lost": "lose", "moved": "move", "proposed": "propose", "adopted": "adopt",
    "resolved": "resolve", "noted": "note",
}  # fmt: skip


def example_questions(store: Store, count: int) -> list[str]:
    """Make up questions that the documents answer.

    Args:
        store: Where the documents are.
        count: How many at the most.
    """
    entries = store.documents()[:DOCUMENTS]
    whole = ["What is this article about?"] if len(entries) == 1 else []
    asked: dict[str, None] = {}
    for entry in entries:
        text = store.document(entry.id).text
        for _, span in store.sentences_in(entry.id)[:200]:
            question = _question_from(span.of(text))
            if question:
                asked.setdefault(question)
                if len(entries) > count:
                    break
        if len(asked) >= 4 * count:
            break
    return [*asked][: count - len(whole)] + whole


def _question_from(sentence: str) -> str:
    match = _SAYING.match(sentence)
    if not match or look_at(sentence).is_boilerplate:
        return ""
    return f"What did {match['who'].rstrip('.')} {_BASE[match['verb']]}?"
