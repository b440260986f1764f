"""A reply's sentences → an answer in the making: numbered citations and checked claims.

The model points, we quote: a label becomes a citation of the sentence that it stood before in the
prompt, numbered in order of first use, its words cut from the stored text. A sentence is taken in
when it is complete: its labels are resolved, what it puts between quotation marks is settled, and
it is checked against its quotes.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from assistant.answer import Answer, Citation, Claim, Verdict, cite
from assistant.prose.absence import (
    beside_absence,
    declines,
    says_what_is_missing,
    without_code,
)
from assistant.prose.check.claim import (
    Support,
    Surroundings,
    is_borne_out,
    mismatches,
    unknown_in,
)
from assistant.prose.check.language import is_foreign_to
from assistant.prose.check.quotation import Settled, Slice, settle
from assistant.prose.markers import with_markers
from assistant.prose.prompt import Labelled, Prompt
from assistant.prose.remarks import is_heading, is_remark
from assistant.prose.reply.sentences import Written
from assistant.prose.reply.thoughts import ThinkingHabit
from index.document import Document, Span
from index.terms import terms

MOST_CLAIMS = 40

REPEATED = 3
"""Times that a reply may say the same before it is stopped."""

ENDLESS = "The language model repeated itself without end and was stopped."
TOO_MUCH = "The language model wrote without end and was stopped."

_LAYOUT = {"": " ", "line": "\n", "paragraph": "\n\n", "item": "\n• "}

Read = Callable[[str], Document]


@dataclass(frozen=True, slots=True)
class Task:
    """What a reply is measured against."""

    prompt: Prompt
    quoted: Answer
    """The answer in quotes: what the reader gets when the prose fails."""

    read: Read
    """Gives a document by its id."""

    support: Support | None = None
    """Reads a claim together with its quotes; without it rules alone check."""

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

        self.is_foreign = False
        """Whether it goes on in another language than the documents."""

        self.begins_with_proof: bool | None = None
        """Whether the first sentence cited anything; None while there is none."""

        self._task = task
        self._said: Counter[str] = Counter()
        self._heading: Written | None = None
        """What is put down once something follows that it stands above."""

        self._uncited: list[tuple[int, str]] = []
        """Which claims of the paragraph have no labels yet, and their words."""

        self._quoted_before: tuple[str, ...] = ()
        """What the sentence before rests on."""

        texts = {s.document_id: task.read(s.document_id) for s in task.prompt.sentences.values()}
        self._documents = texts
        self._passages = list(
            dict.fromkeys(
                sentence.passage.of(texts[sentence.document_id].text)
                for sentence in task.prompt.sentences.values()
            )
        )
        self.known = "\n".join(self._passages)
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
        elif cites or not is_remark(plain):
            self._put_down(written, labelled)

    def _put_down(self, written: Written, labelled: list[list[Labelled]]) -> None:
        is_claim = any(labelled) or not is_heading(written)
        heading, self._heading = self._heading, None if is_claim else written
        if is_claim and heading and self._is_known(heading.text):
            self._lay(heading, settle(heading.text, self._passages).text)
        if is_claim:
            self._claim(written, labelled)

    def _is_known(self, text: str) -> bool:
        """Whether the passages or the question have all that a heading says."""
        asked = f"{self._task.quoted.question} {self._task.quoted.searched}"
        return set(terms(text)) <= {*terms(self.known), *terms(asked)}

    def _add_absence(self, written: Written) -> None:
        """Keep what the model says is missing; it needs no proof if it speaks of nothing else."""
        labels = [one.at for one in written.labels]
        settled = settle(written.text, self._passages, places=labels)
        text = with_markers(settled.text, [(place, []) for place in settled.places])
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
        self.claims.append(Claim(self._lay(written, shown), citations, verdict, missing))

    def _lay(self, written: Written, shown: str) -> Span:
        """Put words behind those that are there."""
        if self.text:
            self.text += _LAYOUT[written.begins]
        elif written.begins == "item":
            self.text = "• "
        start = len(self.text)
        self.text += shown
        return Span(start, len(self.text))

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
        shown = with_markers(settled.text, list(zip(places, numbers, strict=True)))
        if not any(char.isalnum() for char in re.sub(r"\[\d+\]", "", shown)):
            return
        rests_on = tuple(dict.fromkeys(number for group in numbers for number in group))
        missing = [f"‘{words}’ is not in the documents in these words" for words in settled.unfound]
        verdict: Verdict = "no citation"
        if rests_on:
            missing += self._mismatches(settled.text, rests_on, cited)
            verdict = "mismatch" if missing else self._unmarked
        if written.begins:
            self._uncited.clear()
        self._append(written, shown, verdict, rests_on, tuple(missing))
        if rests_on:
            self._cover(rests_on, cited)
        elif not missing:
            self._uncited.append((len(self.claims) - 1, settled.text))

    @property
    def _unmarked(self) -> Verdict:
        return "not compared" if self.is_foreign else "no mismatch found"

    def _cover(self, numbers: tuple[int, ...], cited: list[Labelled]) -> None:
        """Let labels stand for the sentences before in their paragraph that they bear out too."""
        quotes, around = self._quotes(numbers, cited)
        self._quoted_before = tuple(quotes)
        for place, text in list(self._uncited):
            if self.is_foreign or is_borne_out(text, quotes, around, self._task.support):
                claim = self.claims[place]
                self.claims[place] = replace(claim, citations=numbers, verdict=self._unmarked)
                self._uncited.remove((place, text))

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
        claim = beside_absence(text)
        is_foreign = is_foreign_to(claim, self.known)
        self.is_foreign = self.is_foreign if is_foreign is None else is_foreign
        if self.is_foreign:
            return ()
        return mismatches(claim, *self._quotes(numbers, cited), self._task.support)

    def _quotes(
        self, numbers: tuple[int, ...], cited: list[Labelled]
    ) -> tuple[list[str], Surroundings]:
        quotes = [self.citations[number - 1] for number in numbers]
        around = Surroundings(
            titles=tuple(dict.fromkeys(quote.title for quote in quotes)),
            before=(*self._quoted_before, *map(self._sentence_before, cited)),
            documents=self.known,
        )
        return [quote.quote for quote in quotes], around

    def _sentence_before(self, cited: Labelled) -> str:
        """What the passage says before a sentence; empty when it begins with it."""
        ends = [
            other.span
            for other in self._task.prompt.sentences.values()
            if (other.document_id, other.passage) == (cited.document_id, cited.passage)
            and other.span.end <= cited.span.start
        ]
        return max(ends).of(self._documents[cited.document_id].text) if ends else ""
