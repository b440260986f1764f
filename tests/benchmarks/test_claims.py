"""The benchmark of the claim check."""

from assistant.prose.check.claim import DOUBT, Found, Limits
from benchmarks.claims import ALARMS, KINDS, Example, Outcome, chosen, claim_rows, written
from benchmarks.texts import load_texts


def outcome(kind: str, odds: float, sort: str = "written", *lacking: str) -> Outcome:
    example = Example(sort, kind, "a claim", ("a quote",), "a title", "a document")
    return Outcome(example, Found((), lacking), odds)


def test_written_claims_are_of_texts_that_the_reader_was_not_trained_on() -> None:
    trained = {one.documents[0].title for one in load_texts("train")}
    halves = {half: list(written(half)) for half in ("fit", "report")}
    for claims in halves.values():
        assert {one.kind for one in claims} == set(KINDS.values())
        assert not {one.title for one in claims} & trained
        assert sum(one.is_sound for one in claims) * 2 == len(claims)
        assert all(quote in one.document for one in claims for quote in one.quotes)
    assert not {one.claim for one in halves["fit"]} & {one.claim for one in halves["report"]}


def test_limits_are_chosen_that_catch_most_at_as_many_alarms_as_may_be() -> None:
    sound = [outcome("sound", odds) for odds in (-4.2, *([3.0] * 19))]
    unsound = [outcome("cause", odds) for odds in (-5.0, -4.1, -2.1, 3.0)]
    assert chosen([*sound, *unsound]).doubted == -2.0
    more = [outcome("sound", -2.2), outcome("sound", -2.2)]
    limits = chosen([*sound, *more, *unsound])
    assert -4.1 < limits.doubted <= -2.2
    assert sum(bool(one.marked(limits)) for one in (*sound, *more)) / 22 <= ALARMS


def test_rules_stand_beside_rules_and_reader() -> None:
    limits = Limits()
    doubted = outcome("cause", limits.doubted - 1)
    excused = outcome("sound", limits.excused + 1, "written", "‘two’ is not in the quoted text")
    assert (doubted.marked(None), doubted.marked(limits)) == ((), (DOUBT,))
    assert (bool(excused.marked(None)), excused.marked(limits)) == (True, ())
    assert claim_rows([doubted, excused]) == [
        ("written: sound", "1", "100.0%", "0.0%"),
        ("written: cause", "1", "0.0%", "100.0%"),
        ("written: all unsupported", "1", "0.0%", "100.0%"),
    ]
