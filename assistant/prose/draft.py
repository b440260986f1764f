"""A reply's sentences → an answer in the making: numbered citations and checked claims.

The model points, we quote: a label becomes a citation of the sentence that it stood before in the
prompt, numbered in order of first use, its words cut from the stored text. A sentence is taken in
when it is complete: its labels are resolved, what it puts between quotation marks is settled, and
it is checked against its quotes.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from assistant.answer import Answer, Citation, Claim, Verdict, cite
from assistant.prose.absence import (
    beside_absence,
    declines,
    says_what_is_missing,
    without_code,
)
from assistant.prose.check.claim import Near, Surroundings, mismatches, unknown_in
from assistant.prose.check.quotation import Settled, Slice, settle
from assistant.prose.prompt import Labelled, Prompt
from assistant.prose.reply.sentences import Written
from assistant.prose.reply.thoughts import ThinkingHabit
from index.document import Document, Span

MOST_CLAIMS = 40

REPEATED = 3
"""Times that a reply may say the same before it is stopped."""

ENDLESS = "The language model repeated itself without end and was stopped."
TOO_MUCH = "The language model wrote without end and was stopped."

_LAYOUT = {"": " ", "line": "\n", "paragraph": "\n\n", "item": "\n• "}
_LEAD_IN = re.compile(r"[^.!?\d]{0,120}:$")

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

    habit: ThinkingHabit = field(default_factory=ThinkingHabit)
    """How the model is known to think aloud."""


class Draft:
    """Puts an answer together, sentence by sentence."""

    def __init__(self, task: Task) -> None:
        self.problem = ""
        """Why no more is taken in."""

        self.text = ""
        self.citations: list[Citation] = []
        self.claims: list[Claim] = []
        self.dropped = 0
        """Labels that pointed at nothing."""

        self.declined = False
        """Whether a sentence said that the passages do not answer."""

        self.begins_with_proof: bool | None = None
        """Whether the first sentence cited anything; None while there is none."""

        self._task = task
        self._said: Counter[str] = Counter()
        texts = {s.document_id: task.read(s.document_id) for s in task.prompt.sentences.values()}
        self._documents = texts
        self.known = "\n".join(
            dict.fromkeys(
                sentence.passage.of(texts[sentence.document_id].text)
                for sentence in task.prompt.sentences.values()
            )
        )
        """What the passages say."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was said at all."""
        return not self._said

    def add(self, written: Written) -> None:
        """Take in a sentence."""
        plain = written.text.strip()
        folded = " ".join(re.findall(r"\w+", plain.casefold()))
        self._said[folded] += 1
        if self._said[folded] >= REPEATED or len(self.claims) >= MOST_CLAIMS:
            self.problem = self.problem or (ENDLESS if self._said[folded] > 1 else TOO_MUCH)
        if self._said[folded] > 1 or self.problem:
            return
        labelled = [self._known_labels(one.numbers) for one in written.labels]
        cites = any(labelled)
        if self.begins_with_proof is None:
            self.begins_with_proof = cites
        if declines(plain, cites=cites):
            self.declined = True
            self._add_absence(written)
        elif cites or not _LEAD_IN.fullmatch(plain):
            self._claim(written, labelled)

    def _add_absence(self, written: Written) -> None:
        """Keep what the model says is missing; it needs no proof if it speaks of nothing else."""
        labels = [one.at for one in written.labels]
        settled = settle(written.text, [self.known], places=labels)
        text = _with_markers(settled.text, [(place, []) for place in settled.places])
        spoken_of = [self._task.quoted.question, self._task.quoted.searched, self.known]
        is_sound = says_what_is_missing(text) and not unknown_in(without_code(text), spoken_of)
        verdict: Verdict = "says what is missing" if is_sound else "no citation"
        self._append(written, without_code(text), verdict)

    def _append(
        self,
        written: Written,
        shown: str,
        verdict: Verdict,
        citations: tuple[int, ...] = (),
        missing: tuple[str, ...] = (),
    ) -> None:
        if self.text:
            self.text += _LAYOUT[written.begins]
        elif written.begins == "item":
            self.text = "• "
        start = len(self.text)
        self.text += shown
        self.claims.append(Claim(Span(start, len(self.text)), citations, verdict, missing))

    def _known_labels(self, group: tuple[int, ...]) -> list[Labelled]:
        sentences = self._task.prompt.sentences
        self.dropped += sum(label not in sentences for label in group)
        return [sentences[label] for label in group if label in sentences]

    def _claim(self, written: Written, labelled: list[list[Labelled]]) -> None:
        cited = list(dict.fromkeys(one for group in labelled for one in group))
        settled, further = self._settled(written, cited)
        numbers = [[self._number(one.document_id, one.span) for one in group] for group in labelled]
        numbers.append([self._number(document_id, span) for document_id, span in further])
        places = (*settled.places, len(settled.text))
        shown = _with_markers(settled.text, list(zip(places, numbers, strict=True)))
        if not any(char.isalnum() for char in re.sub(r"\[\d+\]", "", shown)):
            return
        rests_on = tuple(dict.fromkeys(number for group in numbers for number in group))
        missing = [f"“{words}” is not in the documents in these words" for words in settled.unfound]
        if rests_on:
            missing += self._mismatches(settled.text, rests_on, cited)
        verdict: Verdict = "mismatch" if missing else "no mismatch found"
        self._append(
            written, shown, verdict if rests_on else "no citation", rests_on, tuple(missing)
        )

    def _settled(
        self, written: Written, cited: list[Labelled]
    ) -> tuple[Settled, list[tuple[str, Span]]]:
        """The sentence with its quotations as the source has them.

        Returns:
            The sentence, and sentences to cite beside those that it cites: those that hold words
            quoted from elsewhere in the same passages.
        """
        passages = list(dict.fromkeys((one.document_id, one.passage) for one in cited))
        places = [(one.document_id, one.span) for one in cited] + passages
        texts = [span.of(self._documents[document_id].text) for document_id, span in places]
        labels = [one.at for one in written.labels]
        settled = settle(written.text, texts, places=labels, is_block=written.is_block)
        further: list[tuple[str, Span]] = []
        for found in settled.slices:
            if found.text >= len(cited):
                further += self._sentences_at(places[found.text], found)
        return settled, list(dict.fromkeys(further))

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
        for citation in self.citations:
            if (citation.document_id, citation.span) == (document_id, span):
                return citation.number
        number = len(self.citations) + 1
        answers = (
            one.answer
            for one in self._task.quoted.citations
            if one.answer and one.document_id == document_id and span.covers(one.answer)
        )
        document = self._documents[document_id]
        self.citations.append(cite(number, document, span, next(answers, None)))
        return number

    def _mismatches(
        self, text: str, numbers: tuple[int, ...], cited: list[Labelled]
    ) -> tuple[str, ...]:
        quotes = [self.citations[number - 1] for number in numbers]
        starts = {(one.document_id, one.span): one.passage.start for one in cited}
        around = Surroundings(
            titles=tuple(dict.fromkeys(quote.title for quote in quotes)),
            before=tuple(
                self._documents[quote.document_id].text[
                    starts.get((quote.document_id, quote.span), quote.span.start) : quote.span.start
                ]
                for quote in quotes
            ),
            documents=self.known,
        )
        claim = beside_absence(text)
        return mismatches(claim, [quote.quote for quote in quotes], around, self._task.near)


def _with_markers(text: str, markers: list[tuple[int, list[int]]]) -> str:
    """Put `[1]` where labels stood; labels without a number leave nothing behind."""
    ends = [*(place for place, _ in markers), len(text)][1:]
    shown = before = text[: markers[0][0]] if markers else text
    used: set[int] = set()
    for (place, group), end in zip(markers, ends, strict=True):
        part = text[place:end]
        # Side by side, each number once: the model may have written [3][3].
        used = used if not before.strip() else set()
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
        before = part
    return shown.strip()
