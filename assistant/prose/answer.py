"""Passages and a model's reply → prose whose every sentence shows what it rests on.

The model points, we quote: a label becomes a citation of the sentence that it stood before in the
prompt, numbered in order of first use, its words cut from the stored text. A sentence appears when
it is complete, its labels are resolved, what it puts between quotation marks is settled, and it
has been checked against its quotes. Until the first valid citation nothing appears at all.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from assistant.answer import Answer, Citation, Claim, cite
from assistant.prose.check.mismatch import Near, Surroundings, mismatches
from assistant.prose.check.quotation import Slice, settle
from assistant.prose.failure import ModelError
from assistant.prose.prompt import DECLINE, Labelled, Prompt
from assistant.prose.reply import MARK, Reply, Written
from assistant.quotes import no_answer
from index.document import Document, Span

MOST_CHARACTERS = 12_000
"""Of a reply; nobody asked for more than four sentences."""

MOST_CLAIMS = 40

REPEATED = 3
"""Times that a reply may say the same before it is stopped."""

_LAYOUT = {"": " ", "line": "\n", "paragraph": "\n\n", "item": "\n• "}
_DECLINING = re.compile(
    rf"{DECLINE}"
    r"|\b(?:documents?|passages?|texts?|sources?|articles?|context|excerpts?|information)\b[^.]{0,40}"
    r"\b(?:do(?:es)?\s+not|don[’']t|doesn[’']t|did\s+not|cannot|can[’']t|fails?\s+to)\s+(?:\w+\s+){0,2}?"
    r"(?:say|state|contain|mention|provide|answer|include|specify|address|give|tell|discuss|cover|indicate)"
    r"|\bI\s+(?:can(?:not|[’']t)|am\s+(?:unable|not\s+able)\s+to|could\s+not|couldn[’']t|do\s+not|don[’']t)\s+"
    r"(?:\w+\s+){0,2}?(?:answer|find|know|determine|tell|have|provide|see)"
    r"|\b(?:is|are|was)\s+not\s+(?:\w+\s+)?(?:in|answered|mentioned|provided|stated|specified|given|found|available)\b"
    r"|\b(?:there\s+is\s+)?(?:no|not\s+enough|insufficient)\s+(?:relevant\s+)?(?:information|mention|answer)\b",
    re.IGNORECASE,
)
_OF_PASSAGES = re.compile(
    rf"{DECLINE}|(?:(?:sorry|unfortunately|however)\W+)?(?:the|these|your)\s+(?:provided\s+|given\s+)?"
    r"(?:documents|passages|excerpts|context)\b",
    re.IGNORECASE,
)
_LEAD_IN = re.compile(r"[^.!?\d]{0,120}:$")

NO_PROOF = "The language model’s reply cited nothing that exists, so here are the quotes instead."
EMPTY = "The language model replied with nothing, so here are the quotes instead."
DECLINED = "The language model found no answer in the passages nearest to the question."
ENDLESS = "The language model repeated itself without end and was stopped."
TOO_MUCH = "The language model wrote without end and was stopped."

Read = Callable[[str], Document]


@dataclass(frozen=True, slots=True)
class Task:
    """What a reply is measured against."""

    prompt: Prompt
    quoted: Answer
    """The answer in quotes: what the reader gets when the prose fails."""

    read: Read
    """Gives a document by its id."""

    near: Near | None = None


def answer_in_prose(task: Task, pieces: Iterator[str]) -> Iterator[Answer]:
    """Answer with what a model says, as far as it proves it.

    Args:
        task: What was asked of the model.
        pieces: Its reply, piece by piece; raises ModelError when it fails.

    Yields:
        Answers, each more complete; while waiting, the same again. The last is the prose, or the
        quotes and why they stand there instead.
    """
    writer = _Writer(task)
    problem = ""
    try:
        for piece in pieces:
            writer.read(piece)
            if problem := writer.problem:
                break
            yield writer.so_far()
        writer.finish(whole=not problem)
    except ModelError as error:
        problem = str(error)
        writer.finish(whole=False)
    yield writer.outcome(problem or writer.problem)


def fall_back(quoted: Answer, problem: str) -> Answer:
    """The quotes, and why they stand there instead of prose."""
    return replace(quoted, notice=f"{problem} Here are the quotes instead.")


class _Writer:
    """Puts an answer together, sentence by sentence."""

    def __init__(self, task: Task) -> None:
        self.problem = ""
        self._task = task
        self._reply = Reply()
        self._text = ""
        self._citations: list[Citation] = []
        self._claims: list[Claim] = []
        self._said: Counter[str] = Counter()
        self._dropped = 0
        self._declined = False
        texts = {s.document_id: task.read(s.document_id) for s in task.prompt.sentences.values()}
        self._documents = texts
        self._known = "\n".join(
            dict.fromkeys(
                sentence.passage.of(texts[sentence.document_id].text)
                for sentence in task.prompt.sentences.values()
            )
        )

    def read(self, piece: str) -> None:
        """Read on."""
        for start in range(0, len(piece), MOST_CHARACTERS):
            for written in self._reply.feed(piece[start : start + MOST_CHARACTERS]):
                self._add(written)
            if self._reply.length > MOST_CHARACTERS or self._reply.ran_on:
                self.problem = self.problem or TOO_MUCH
            if self.problem:
                return

    def finish(self, *, whole: bool) -> None:
        """Take what is left."""
        for written in self._reply.close(whole=whole and not self.problem):
            self._add(written)

    def so_far(self) -> Answer:
        """What can be shown now; nothing before the first citation."""
        quoted = self._task.quoted
        is_shown = bool(self._citations)
        return Answer(
            question=quoted.question,
            searched=quoted.searched,
            text=self._text if is_shown else "",
            citations=tuple(self._citations),
            answered=True,
            claims=tuple(self._claims) if is_shown else (),
            mode="prose",
        )

    def outcome(self, problem: str) -> Answer:
        """The answer, when no more will come."""
        quoted = self._task.quoted
        if self._citations:
            return replace(self.so_far(), notice=" ".join(self._notices(problem)))
        if problem:
            return fall_back(quoted, problem)
        if self._declined:
            refusal = no_answer(quoted.question, quoted.searched, DECLINED, quoted.citations)
            return replace(refusal, notice="")
        return replace(quoted, notice=NO_PROOF if self._said else EMPTY)

    def _notices(self, problem: str) -> Iterator[str]:
        if problem:
            yield f"{problem} What it had written before is kept."
        if self._dropped:
            many = (
                f"{self._dropped} citations that point"
                if self._dropped > 1
                else ("One citation that points")
            )
            yield f"{many} at nothing {'were' if self._dropped > 1 else 'was'} left out."

    def _add(self, written: Written) -> None:
        plain = written.text.replace(MARK, "").strip()
        folded = " ".join(re.findall(r"\w+", plain.casefold()))
        self._said[folded] += 1
        if self._said[folded] >= REPEATED or len(self._claims) >= MOST_CLAIMS:
            self.problem = self.problem or (ENDLESS if self._said[folded] > 1 else TOO_MUCH)
        if self._said[folded] > 1 or self.problem:
            return
        labelled = [self._known_labels(group) for group in written.labels]
        cites = any(labelled)
        if _DECLINING.search(plain) and (not cites or _OF_PASSAGES.match(plain)):
            self._declined = True
            return
        if not cites and _LEAD_IN.fullmatch(plain):
            return
        self._claim(written, labelled)

    def _known_labels(self, group: tuple[int, ...]) -> list[Labelled]:
        sentences = self._task.prompt.sentences
        self._dropped += sum(label not in sentences for label in group)
        return [sentences[label] for label in group if label in sentences]

    def _claim(self, written: Written, labelled: list[list[Labelled]]) -> None:
        cited = list(dict.fromkeys(one for group in labelled for one in group))
        text, unfound, further = self._settled(written, cited)
        numbers = [[self._number(one.document_id, one.span) for one in group] for group in labelled]
        extra = [self._number(document_id, span) for document_id, span in further]
        if extra:
            numbers = [*numbers, extra] if numbers else [extra]
            text += MARK
        shown = _with_markers(text, numbers)
        if not any(char.isalnum() for char in re.sub(r"\[\d+\]", "", shown)):
            return
        rests_on = tuple(dict.fromkeys(number for group in numbers for number in group))
        missing = [f"“{words}” is not in the documents in these words" for words in unfound]
        if rests_on:
            missing += self._mismatches(text, rests_on, cited)
        if self._text:
            self._text += _LAYOUT[written.begins]
        elif written.begins == "item":
            self._text = "• "
        start = len(self._text)
        self._text += shown
        self._claims.append(
            Claim(
                span=Span(start, len(self._text)),
                citations=rests_on,
                verdict="no citation"
                if not rests_on
                else ("mismatch" if missing else "no mismatch found"),
                missing=tuple(missing),
            )
        )

    def _settled(
        self, written: Written, cited: list[Labelled]
    ) -> tuple[str, tuple[str, ...], list[tuple[str, Span]]]:
        """The sentence with its quotations as the source has them.

        Returns:
            The text, what lost its marks, and sentences to cite beside those that it cites: those
            that hold words quoted from elsewhere in the same passages.
        """
        passages = list(dict.fromkeys((one.document_id, one.passage) for one in cited))
        places = [(one.document_id, one.span) for one in cited] + passages
        texts = [span.of(self._documents[document_id].text) for document_id, span in places]
        settled = settle(written.text, texts, is_block=written.is_block)
        further: list[tuple[str, Span]] = []
        for found in settled.slices:
            if found.text >= len(cited):
                further += self._sentences_at(places[found.text], found)
        return settled.text, settled.unfound, list(dict.fromkeys(further))

    def _sentences_at(self, place: tuple[str, Span], found: Slice) -> Iterator[tuple[str, Span]]:
        document_id, passage = place
        start, end = passage.start + found.span.start, passage.start + found.span.end
        for sentence in self._task.prompt.sentences.values():
            if sentence.document_id == document_id and (
                sentence.span.start < end and start < sentence.span.end
            ):
                yield document_id, sentence.span

    def _number(self, document_id: str, span: Span) -> int:
        """The number of a citation, which is made when it is first used."""
        for citation in self._citations:
            if (citation.document_id, citation.span) == (document_id, span):
                return citation.number
        number = len(self._citations) + 1
        self._citations.append(cite(number, self._documents[document_id], span))
        return number

    def _mismatches(
        self, text: str, numbers: tuple[int, ...], cited: list[Labelled]
    ) -> tuple[str, ...]:
        quotes = [self._citations[number - 1] for number in numbers]
        starts = {(one.document_id, one.span): one.passage.start for one in cited}
        around = Surroundings(
            titles=tuple(dict.fromkeys(quote.title for quote in quotes)),
            before=tuple(
                self._documents[quote.document_id].text[
                    starts.get((quote.document_id, quote.span), quote.span.start) : quote.span.start
                ]
                for quote in quotes
            ),
            documents=self._known,
        )
        claim = text.replace(MARK, "")
        return mismatches(claim, [quote.quote for quote in quotes], around, self._task.near)


def _with_markers(text: str, numbers: list[list[int]]) -> str:
    """Put `[1]` where marks stand; a mark without a number leaves nothing behind."""
    parts = text.split(MARK)
    shown = parts[0]
    used: set[int] = set()
    for position, part in enumerate(parts[1:]):
        group = numbers[position] if position < len(numbers) else []
        # Side by side, each number once: the model may have written [3][3].
        used = used if not parts[position].strip() else set()
        fresh = [number for number in dict.fromkeys(group) if number not in used]
        used |= set(fresh)
        if fresh:
            shown = shown.rstrip() + (
                " " if shown.strip() and not shown.rstrip().endswith("]") else ""
            )
            shown += "".join(f"[{number}]" for number in fresh)
            shown += " " if part[:1].isalnum() else ""
        elif part[:1] in ".,;:!?":
            shown = shown.rstrip()
        shown += part
    return shown.strip()
