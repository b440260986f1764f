"""Passages and a model's reply → prose whose every sentence shows what it rests on.

Until there is prose, the quotes stand there. Nothing of a reply appears before its first valid
citation, nor before it is plain that what came is the answer and no thought that leads to it: a
thought may begin without a mark, and only its end shows it. The first reply of a model is read to
its end for that; it shows the model's habit.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace

from assistant.answer import Answer, Passage
from assistant.prose.check.claim import Support
from assistant.prose.draft import TOO_MUCH, Draft, Task
from assistant.prose.prompt import answer_prompt
from assistant.prose.reply.sentences import Reply
from assistant.prose.reply.structured import Structured
from assistant.prose.reply.thoughts import Thoughts
from assistant.prose.server.failure import ModelError
from assistant.prose.server.model import Model
from index.document import Document

MOST_CHARACTERS = 12_000
"""Of an answer; nobody asked for more than four sentences."""

MOST_UNREAD = 64_000
"""Of what may be a thought."""

NO_PROOF = "The language model’s reply cited nothing that exists, so here are the quotes instead."
FORM = "The language model’s reply was data that holds no answer, so here are the quotes instead."
EMPTY = "The language model replied with nothing, so here are the quotes instead."
DECLINED = (
    "The language model found no answer in the passages; these are the documents’ nearest words."
)
FOREIGN = (
    "The prose is in another language than the documents, so it was not compared with its quotes."
)
NO_ROOM = (
    "Not one sentence fits into the language model’s context; raise PULLQUOTE_LLM_CONTEXT if it "
    "takes more, or lower PULLQUOTE_LLM_REPLY."
)


def in_prose(
    model: Model,
    quoted: Answer,
    passages: Sequence[Passage],
    read: Callable[[str], Document],
    support: Support,
) -> Iterator[Answer]:
    """Let the model write the answer; when it fails, the quotes are the answer.

    Args:
        model: What writes.
        quoted: The answer in quotes.
        passages: What the model may rest its claims on, best first.
        read: Gives a document by its id.
        support: Reads a claim together with its quotes.
    """
    budget = model.context - model.reply_tokens
    prompt = answer_prompt(quoted.searched, passages, read, budget, asked=quoted.question)
    if prompt is None:
        yield fall_back(quoted, NO_ROOM)
        return
    yield replace(quoted, growing=True)
    with closing(model.stream(prompt.messages)) as pieces:
        yield from answer_in_prose(Task(prompt, quoted, read, support, model.habit), pieces)


def answer_in_prose(task: Task, pieces: Iterator[str]) -> Iterator[Answer]:
    """Answer with what a model says, as far as it proves it.

    Args:
        task: What was asked of the model.
        pieces: Its reply, piece by piece; raises ModelError when it fails.

    Yields:
        Answers, each more complete: the quotes, until prose takes their place; while waiting, the
        same again. The last is the prose, or the quotes and why they stand there instead.
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
    """Reads a reply into an answer."""

    def __init__(self, task: Task) -> None:
        self.problem = ""
        """Why no more is read."""

        self._task = task
        self._thoughts = Thoughts()
        self._unread: list[str] = []
        """What may be a thought, until that is known."""

        self._may_be_thought = task.habit.thinks_unmarked is not False
        self._is_over = False
        self._begin()

    def _begin(self) -> None:
        self._draft = Draft(self._task)
        self._structured = Structured(self._draft.known)
        self._reply = Reply()
        self._length = 0

    def read(self, piece: str) -> None:
        """Read on."""
        for part in self._thoughts.feed(piece):
            self._take(part)
            if self.problem:
                return

    def finish(self, *, whole: bool) -> None:
        """Take what is left.

        Args:
            whole: Whether the reply came to its end.
        """
        for part in self._thoughts.close():
            self._take(part)
        self._read_unread()
        whole = whole and not self.problem
        self._understand(self._structured.close())
        for written in self._reply.close(whole=whole):
            self._draft.add(written)
        self.problem = self.problem or self._draft.problem
        self._is_over = True
        habit = self._task.habit
        if whole and not self._draft.is_empty:
            habit.learn(self._thoughts)
        proves = self._draft.begins_with_proof and not habit.thinks_unmarked
        if not (whole or self._thoughts.ended or proves):
            self._begin()  # it may be a thought, even if the model never had such a one before

    def _take(self, part: str | None) -> None:
        if part is None:
            self._unread, self._may_be_thought = [], False
            self._begin()
        elif not self._may_be_thought:
            self._read(part)
        elif len(self._unread) < MOST_UNREAD:
            self._unread.append(part)
        else:
            self._read_unread()
            self.problem = self.problem or TOO_MUCH

    def _read_unread(self) -> None:
        """No thought's end will come any more."""
        unread, self._unread = self._unread, []
        for part in unread:
            self._read(part)

    def _read(self, text: str) -> None:
        if self.problem:
            return
        self._length += len(text)
        self._understand(self._structured.feed(text))
        if self._length > MOST_CHARACTERS or self._reply.ran_on:
            self._draft.problem = self._draft.problem or TOO_MUCH
        self.problem = self._draft.problem

    def _understand(self, texts: Iterator[str]) -> None:
        for text in texts:
            for written in self._reply.feed(text):
                self._draft.add(written)

    @property
    def _is_shown(self) -> bool:
        """Whether what was said is known for an answer, and for one with proof."""
        is_answer = self._is_over or self._thoughts.ended or self._draft.begins_with_proof
        return bool(self._draft.citations and is_answer)

    def so_far(self) -> Answer:
        """What can be shown now: the quotes, until there is prose with proof."""
        return replace(self._prose() if self._is_shown else self._task.quoted, growing=True)

    def _prose(self) -> Answer:
        quoted, draft = self._task.quoted, self._draft
        return replace(
            quoted,
            text=draft.text,
            citations=tuple(draft.citations),
            claims=tuple(draft.claims),
            mode="prose",
            notice="",
        )

    def outcome(self, problem: str) -> Answer:
        """The answer, when no more will come."""
        quoted, draft = self._task.quoted, self._draft
        if draft.citations:
            return replace(self._prose(), notice=" ".join(self._notices(problem)))
        if problem:
            return fall_back(quoted, problem)
        return replace(quoted, notice=self._why_quotes())

    def _why_quotes(self) -> str:
        if self._draft.declined:
            return DECLINED
        if self._structured.unread:
            return FORM
        return EMPTY if self._draft.is_empty else NO_PROOF

    def _notices(self, problem: str) -> Iterator[str]:
        if problem:
            yield f"{problem} What it had written before is kept."
        if any(claim.verdict == "not compared" for claim in self._draft.claims):
            yield FOREIGN
        if self._draft.dropped:
            many = (
                f"{self._draft.dropped} citations that point"
                if self._draft.dropped > 1
                else ("One citation that points")
            )
            yield f"{many} at nothing {'were' if self._draft.dropped > 1 else 'was'} left out."
