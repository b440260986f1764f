import pytest

from assistant.conversation import LONG, standalone


def ask_in_turn(*questions: str) -> list[str]:
    """What is searched for at each turn of a conversation without answers."""
    return [
        standalone(question, [(before, "") for before in questions[:turn]])
        for turn, question in enumerate(questions)
    ]


def test_without_a_history_a_question_is_left_alone() -> None:
    assert standalone("And IBM?", []) == "And IBM?"


def test_a_chain_of_follow_ups_goes_back_to_the_question_that_stands_alone() -> None:
    assert ask_in_turn("What did Amazon announce?", "For how long?", "And IBM?", "why?") == [
        "What did Amazon announce?",
        "What did Amazon announce? For how long?",
        "What did IBM announce?",
        "What did IBM announce? Why?",
    ]


@pytest.mark.parametrize(
    ("before", "question", "expected"),
    [
        ("What did Amazon announce?", "What about Google?", "What did Google announce?"),
        ("What did Amazon announce?", "how about google", "What did google announce?"),
        ("what did amazon announce", "and ibm?", "What did ibm announce"),
        ("Who runs the DEA?", "and the FBI?", "Who runs the FBI?"),
        (
            "When did Microsoft pitch its software to the DEA?",
            "And to the FBI?",
            "When did Microsoft pitch its software to the FBI?",
        ),
        ("Who is the president of Microsoft?", "And of IBM?", "Who is the president of IBM?"),
        ("Who is the president of Microsoft?", "and Amazon’s?", "Who is the president of Amazon?"),
        ("Did Brad Smith agree?", "And Satya Nadella?", "Did Satya Nadella agree?"),
    ],
)
def test_a_new_name_takes_the_place_of_the_old(before: str, question: str, expected: str) -> None:
    assert standalone(question, [(before, "")]) == expected


@pytest.mark.parametrize(
    ("before", "question", "expected"),
    [
        ("What did Brad Smith promise?", "Did he keep it?", "Did Brad Smith keep it?"),
        ("Who was Hannah Broad?", "What was her age?", "What was Hannah Broad’s age?"),
        ("Did Microsoft sell it?", "Does it sell to schools?", "Does Microsoft sell to schools?"),
        ("What did Amazon do?", "Has it apologised?", "Has Amazon apologised?"),
    ],
)
def test_a_name_takes_the_place_of_a_pronoun(before: str, question: str, expected: str) -> None:
    assert standalone(question, [(before, "")]) == expected


def test_a_person_is_taken_from_the_answer_to_who() -> None:
    history = [("Who suggested it?", "“It was Mrs. Lowrie, then in her seventies.” [1]")]
    assert standalone("How old is she now?", history) == "How old is Mrs. Lowrie now?"


def test_a_lower_case_name_is_written_as_the_answer_wrote_it() -> None:
    history = [("What did Amazon announce?", "“Amazon and IBM announced a pause.” [1]")]
    assert standalone("and ibm?", history) == "What did IBM announce?"


@pytest.mark.parametrize(
    "question",
    [
        "why?",
        "Who else?",
        "how many of them are there",
        "When was that?",
        "What about the others?",
        "Where will the rest of the money come from?",
        "When did they make that decision?",
        "And is that enough to keep it running?",
        "Are pensioners exempt?",
        "I meant the second vote of the year",
    ],
)
def test_what_leans_on_the_question_before_is_put_behind_it(question: str) -> None:
    before = "How was the motion on allotment fees decided?"
    said = question.removeprefix("And ")
    assert standalone(question, [(before, "")]) == f"{before} {said[0].upper()}{said[1:]}"


@pytest.mark.parametrize(
    "question",
    [
        "What did the ACLU say in its press release?",
        "Which company stopped selling facial recognition this year?",
        "Is it true that Microsoft employees protested?",
        "Are there any laws about face recognition software?",
        "Did Microsoft say whether it will work with the FBI?",
        "Who wrote it?",
        "How do I reach the reporter?",
        "Summarise the article",
        "thanks",
        "!?",
        "",
    ],
)
def test_a_question_that_stands_alone_is_left_as_it_is(question: str) -> None:
    assert standalone(question, [("When did the council raise the fees?", "In March.")]) == question


def test_a_new_topic_takes_the_place_of_the_old() -> None:
    searched = ask_in_turn(
        "What did Brad Smith promise?",
        "Did he mention the army?",
        "When was the lighthouse automated by its owners?",
        "Why?",
    )
    assert searched[2:] == [
        "When was the lighthouse automated by its owners?",
        "When was the lighthouse automated by its owners? Why?",
    ]


def test_thanks_and_questions_about_the_document_are_no_topic() -> None:
    searched = ask_in_turn("What did IBM announce?", "Thanks!", "Who wrote it?", "For how long?")
    assert searched[-1] == "What did IBM announce? For how long?"


def test_pleasantries_before_a_follow_up_are_left_out() -> None:
    history = [("What did IBM announce?", "")]
    assert standalone("ok, thanks. so why?", history) == "What did IBM announce? Why?"


def test_what_is_it_about_may_be_about_what_came_before() -> None:
    history = [("How did they get the emails?", "“Through a lawsuit.” [1]")]
    expected = "How did they get the emails? What is it about?"
    assert standalone("What is it about?", history) == expected


def test_a_long_conversation_does_not_pile_up() -> None:
    turns = [f"{word}?" for word in ("Why", "Since when", "How often", "Where") * 100]
    searched = ask_in_turn("What did IBM announce?", *turns[:11])[-1]
    assert searched == "What did IBM announce? How often?"
    many = [("What did IBM announce?", "")] + [(turn, "") for turn in turns]
    assert standalone("What did IBM announce next?", many) == "What did IBM announce next?"


def test_of_a_long_turn_its_last_question_is_kept() -> None:
    history = [(f"{'I have read a lot. ' * 200}What did the council decide?", "")]
    searched = standalone("Why?", history)
    assert searched.endswith("What did the council decide? Why?")
    assert len(searched) < LONG + 20


def test_empty_turns_are_passed_over() -> None:
    assert standalone("Why?", [("", ""), ("?!", "")]) == "Why?"
    history = [("What did IBM announce?", ""), ("", ""), ("😀", "")]
    assert standalone("Why?", history) == "What did IBM announce? Why?"
