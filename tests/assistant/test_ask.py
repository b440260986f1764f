import threading

import pytest

from assistant import Assistant
from assistant.quotes.choose import ANSWERED, NEAR, SURE
from index.build import build
from index.errors import StoreError, UnknownDocumentError
from index.settings import Settings
from tests.documents import LIGHTHOUSE, MINUTES, article_settings, index_of


@pytest.fixture(scope="module")
def article(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """The real article, by the real embedding."""
    return Assistant(article_settings(tmp_path_factory.mktemp("article")))


def test_the_question_of_the_readme_is_answered(article: Assistant) -> None:
    answer = article.ask("When did Microsoft pitch facial recognition to the DEA?")
    assert answer.answered
    assert "as recently as 2018" in answer.citations[0].quote
    assert answer.searched == answer.question


def test_white_space_around_a_question_changes_nothing(article: Assistant) -> None:
    for question in ("Who leads the DEA?", "What is Rekognition?", "Who is Brad Smith?"):
        bare = article.ask(question)
        for spaced in (f"{question}\n", f"  {question} "):
            answer = article.ask(spaced)
            assert (answer.text, answer.citations) == (bare.text, bare.citations)


def test_what_is_answered_is_what_is_probable_enough(article: Assistant) -> None:
    asked = [
        "What did IBM announce?",
        "Who leads the agency?",
        "Which judge is hearing the lawsuit?",
        "Did the tech giant get back to the journalists?",
        "What is the court case supposed to expose?",
    ]
    outcomes = set()
    for question in asked:
        best = article.retrieve(question)[0].score
        answer = article.ask(question)
        assert answer.answered is (best >= ANSWERED)
        assert answer.answered or ("outright" in answer.reason) is (best >= NEAR)
        outcomes.add(answer.answered)
    assert outcomes == {True, False}


def test_what_is_answered_alone_is_no_follow_up(article: Assistant) -> None:
    before = article.ask("What did IBM do?")
    answer = article.ask("What did Amazon announce?", [(before.question, before.text)])
    assert answer.searched == answer.question
    assert not any("IBM" in citation.quote for citation in answer.citations)


def test_a_follow_up_says_what_was_searched_for(article: Assistant) -> None:
    first = article.ask("What did Amazon announce?")
    answer = article.ask("And IBM?", [(first.question, first.text)])
    assert answer.question == "And IBM?"
    assert answer.searched == "What did Amazon announce? And IBM?"
    assert "it would no longer sell facial recognition services" in answer.text


def test_what_is_it_about_is_no_overview_in_a_conversation(article: Assistant) -> None:
    answer = article.ask("What is it about?", [("How did the ACLU get the emails?", "")])
    assert answer.searched == "How did the ACLU get the emails? What is it about?"
    assert "In the document’s own words" not in answer.text


def test_an_absent_name_declines_and_shows_the_nearest(article: Assistant) -> None:
    answer = article.ask("Did Google sell facial recognition to the DEA?")
    assert not answer.answered
    assert "‘Google’ does not occur" in answer.reason
    assert answer.nearest
    assert answer.citations == ()


def test_an_absent_name_is_held_against_what_is_doubtful_alone(settings: Settings) -> None:
    speech = index_of(
        settings,
        speech="Speech at the harbour\n\nI thank you all for coming. The well was dug in 1911 by my "
        "grandfather. We shall not close the mine.\n",
    )
    answer = speech.ask("Will Penhale close the mine?")
    assert speech.retrieve(answer.searched)[0].score >= SURE
    assert answer.citations[0].quote == "We shall not close the mine."
    answer = speech.ask("In what year was the well dug, according to Josiah Penhale?")
    assert ANSWERED <= speech.retrieve(answer.searched)[0].score < SURE
    assert answer.reason == "The documents don’t say: ‘Josiah Penhale’ does not occur in them."


def test_an_empty_question_is_a_value(article: Assistant) -> None:
    assert article.ask("  ").reason == "That was empty. Ask a question in plain words."


def test_an_index_without_documents_is_a_value(settings: Settings) -> None:
    build(settings)
    answer = Assistant(settings).ask("Who?")
    assert answer.reason == "There is nothing to search yet: no document is indexed."


def test_without_an_index_it_says_what_to_do(settings: Settings) -> None:
    with pytest.raises(StoreError, match="python -m index build"):
        Assistant(settings).ask("Who?")


def test_an_unknown_document_is_named(settings: Settings) -> None:
    with pytest.raises(UnknownDocumentError, match="nowhere"):
        index_of(settings, lighthouse=LIGHTHOUSE).document("nowhere")


def test_a_new_build_is_noticed(settings: Settings) -> None:
    assistant = index_of(settings, lighthouse=LIGHTHOUSE)
    assert len(assistant.status().documents) == 1
    index_of(settings, minutes=MINUTES)
    assert [document.id for document in assistant.status().documents] == [
        "lighthouse.txt",
        "minutes.txt",
    ]


def test_many_readers_ask_at_once(settings: Settings) -> None:
    assistant = index_of(settings, lighthouse=LIGHTHOUSE, minutes=MINUTES)
    answers: list[str] = []
    threads = [
        threading.Thread(
            target=lambda: answers.append(assistant.ask("Who wrote the lighthouse article?").text)
        )
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 8
    assert len(set(answers)) == 1


def test_damaged_index_is_told_each_time_and_never_quoted(settings: Settings) -> None:
    assistant = index_of(settings, lighthouse=LIGHTHOUSE)
    assert assistant.ask("Who built the tower?").answered
    (texts,) = settings.store.rglob("texts.sqlite")
    texts.write_bytes(texts.read_bytes().replace(b"Josiah Penhale.", b"Josiah Penhall."))
    assistant = Assistant(settings)
    assert assistant.status().problem == ""
    with pytest.raises(StoreError, match=r"the text of 'lighthouse\.txt' is not as it was written"):
        assistant.ask("Who built the tower?")
    (database,) = settings.store.rglob("chroma.sqlite3")
    database.write_bytes(b"garbage!" * (database.stat().st_size // 8))
    assistant = Assistant(settings)
    for _ in range(3):
        assert "chroma.sqlite3 is not as it was written" in assistant.status().problem
