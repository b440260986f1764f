"""The texts in the repository: whole, and kept apart by what they are used for."""

from benchmarks.texts import load_texts, near_misses, rows, use_of


def test_gold_is_cut_out_of_the_texts() -> None:
    kept = {row["id"]: row for row in rows()}
    count = 0
    for one in load_texts("report"):
        (document,) = one.documents
        row = kept[document.id]
        assert document.text.startswith(f"{row['title']}\n\n")
        for question, asked in zip(one.questions, row["questions"], strict=True):
            assert [document.text[gold.start : gold.end] for gold in question.gold] == [
                row["sentences"][number].replace("\n", " ") for number in asked["gold"]
            ]
            assert question.answerable is bool(question.gold)
            count += 1
    assert count > 500


def test_no_text_is_used_twice() -> None:
    used = {
        use: {one.documents[0].id for one in load_texts(use)} for use in ("calibrate", "report")
    }
    assert not used["calibrate"] & used["report"]
    everything = [row["id"] for row in rows()]
    assert len(everything) == len(set(everything))
    assert {one for one in everything if use_of(one) == "calibrate"} == used["calibrate"]


def test_near_misses_say_whose_they_are() -> None:
    found = list(near_misses())
    assert len(found) > 9000
    assert all(name and document_id and question for name, document_id, question in found)
