import threading

import pytest

from assistant import Assistant, PassageRetriever, Scope
from index.errors import UnknownDocumentError
from index.settings import Settings
from tests.documents import LIGHTHOUSE, MINUTES, described, index_of


@pytest.fixture
def assistant(settings: Settings) -> Assistant:
    return index_of(settings, lighthouse=LIGHTHOUSE, minutes=MINUTES)


def test_only_the_documents_chosen_are_quoted(assistant: Assistant) -> None:
    question = "Who proposed anything?"
    everything = {one.document_id for one in assistant.retrieve(question)}
    assert everything == {"lighthouse.txt", "minutes.txt"}
    for name in everything:
        found = assistant.retrieve(question, documents=[name])
        assert {one.document_id for one in found} == {name}
        answer = assistant.ask(question, documents=[name])
        assert {one.document_id for one in (*answer.citations, *answer.nearest)} == {name}
        assert answer.scope == Scope(documents=(name,))
        assert answer.documents == 1
    assert assistant.ask(question).scope == Scope()
    assert assistant.ask(question).documents == 2


def test_one_document_alone_is_answered_as_in_an_index_of_its_own(
    settings: Settings, assistant: Assistant
) -> None:
    own = Settings(settings.sources / "own", settings.store / "own", settings.embedding)
    alone = index_of(own, lighthouse=LIGHTHOUSE)
    scope = Scope(documents=("lighthouse.txt",))
    for question in ("Who built the tower?", "How thick were the walls?", "What is it about?"):
        here, there = assistant.ask(question, scope=scope), alone.ask(question)
        assert (here.citations, here.nearest) == (there.citations, there.nearest)
        assert assistant.retrieve(question, scope=scope) == alone.retrieve(question)


def test_a_refusal_names_what_was_searched_and_where_else_to_look(assistant: Assistant) -> None:
    assert assistant.ask("Who designed Skerrow Light?", documents="minutes.txt").reason.startswith(
        "The document ‘minutes.txt’ doesn’t say: ‘Skerrow Light’ does not occur in it."
    )
    answer = assistant.ask("What did Councillor Brandt propose?", documents=["lighthouse.txt"])
    assert not answer.answered
    assert answer.elsewhere
    assert answer.reason == answer.text
    assert answer.reason == (
        "The document ‘lighthouse.txt’ doesn’t say: ‘Councillor Brandt’ does not occur in it. "
        "Another document may answer it: ask all of them."
    )
    answer = assistant.ask("Did Google buy anything?", scope=Scope(published_before="2024"))
    assert answer.reason == "There is no document published before 1 January 2024 to search."
    assert not answer.elsewhere


def test_documents_are_chosen_by_what_they_say_of_themselves(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assistant = described(
        settings,
        monkeypatch,
        lighthouse=(
            LIGHTHOUSE,
            {"author": "Imogen Tarrant", "published": "2024-03", "site": "Sea"},
        ),
        minutes=(MINUTES, {"published": "2023"}),
    )
    answer = assistant.ask("Who built the tower?", scope=Scope(author="tarrant"))
    assert answer.answered
    (citation, *_) = answer.citations
    assert (citation.author, citation.published, citation.site) == (
        "Imogen Tarrant",
        "2024-03",
        "Sea",
    )
    answer = assistant.ask("Did Google buy it?", scope=Scope(published_before="2024"))
    assert answer.reason.startswith("The document published before 1 January 2024 doesn’t say")
    answer = assistant.ask("Who?", scope=Scope(folder="news", author="Nobody"))
    assert answer.reason == "There is no document in ‘news’, by ‘Nobody’ to search."
    assert answer.documents == 0
    assert assistant.retrieve("Who?", scope=Scope(author="Nobody")) == []


def test_a_document_that_is_not_there_is_named(assistant: Assistant) -> None:
    with pytest.raises(UnknownDocumentError, match=r"nowhere\.txt"):
        assistant.ask("Who built the tower?", documents=["nowhere.txt"])


def test_a_scope_is_of_the_index_in_service(settings: Settings, assistant: Assistant) -> None:
    scope = Scope(documents=("minutes.txt",))
    assert not assistant.ask("Who built the tower?", scope=scope).answered
    index_of(settings, minutes=f"{MINUTES}\nThe tower was built by Josiah Penhale.\n")
    assert assistant.ask("Who built the tower?", scope=scope).answered


def test_scopes_are_asked_side_by_side(assistant: Assistant) -> None:
    answers: dict[str, set[str]] = {"lighthouse.txt": set(), "minutes.txt": set()}

    def ask(name: str) -> None:
        found = assistant.ask("Who proposed anything?", documents=[name])
        answers[name].update(c.document_id for c in (*found.citations, *found.nearest))

    threads = [threading.Thread(target=ask, args=(name,)) for name in answers for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {name: {name} for name in answers}


def test_a_retriever_keeps_to_its_scope(assistant: Assistant) -> None:
    retriever = PassageRetriever(assistant, scope=Scope(documents=("minutes.txt",)))
    nodes = retriever.retrieve("Who proposed anything?")
    assert {one.node.metadata["document_id"] for one in nodes} == {"minutes.txt"}
