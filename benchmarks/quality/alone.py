"""The texts that were written for this project and that nothing was trained on, each alone.

Half of their questions have no answer in the text, and ask for what it might well have said.
"""

from collections.abc import Iterator

from benchmarks.data import Half, QuestionSet, questions_of
from benchmarks.honesty import Honesty
from benchmarks.quality.outcomes import Bench, Outcome, Run, prepare
from benchmarks.texts import Use, load_texts

OWN_TEXTS = "own_texts"
USES: dict[Half, tuple[Use, ...]] = {
    "fit": ("calibrate",),
    "report": ("report",),
    "all": ("calibrate", "report"),
}


def own_texts(half: Half) -> Iterator[QuestionSet]:
    """The texts of a half; those that were trained on belong to none."""
    for use in USES[half]:
        yield from load_texts(use, written=True)


def together(texts: list[QuestionSet]) -> QuestionSet:
    """All of them as one set, to count over."""
    return QuestionSet(
        OWN_TEXTS,
        tuple(document for one in texts for document in one.documents),
        tuple(question for one in texts for question in one.questions),
        {name: text for one in texts for name, text in one.texts.items()},
        {name: topic for one in texts for name, topic in one.topics.items()},
    )


def ask_alone(run: Run, texts: list[QuestionSet], honesty: Honesty) -> list[tuple[Bench, Outcome]]:
    """Index each text by itself and ask its questions."""
    everything = [question for one in texts for question in one.questions]
    chosen = {question.id for question in questions_of(everything, "all", run.limit)}
    asked = []
    for one in texts:
        questions = [question for question in one.questions if question.id in chosen]
        if questions:
            bench = prepare(one, run.embedding, run.cache, honesty)
            asked += [(bench, bench.ask(question)) for question in questions]
    return asked
