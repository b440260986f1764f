from contextlib import closing

import pytest

from assistant import Assistant
from assistant.llama_retriever import PassageRetriever
from assistant.retrieve import READ, _to_read, text_of
from index.document import Span
from index.errors import StoreError
from index.search import ChunkHit
from index.settings import Settings
from index.store import Store, StoredChunk
from tests.documents import LIGHTHOUSE, MINUTES, article_settings, index_of


def test_a_passage_is_a_slice_of_its_document(settings: Settings) -> None:
    assistant = index_of(settings, lighthouse=LIGHTHOUSE, minutes=MINUTES)
    passages = assistant.retrieve("What did the village buy with money from jam?")
    assert passages[0].document_id == "lighthouse.txt"
    for passage in passages:
        text = assistant.document(passage.document_id).text
        assert passage.text == text[passage.span.start : passage.span.end]
        assert passage.score == max(sentence.score for sentence in passage.sentences)
        for sentence in passage.sentences:
            assert passage.span.start <= sentence.span.start < sentence.span.end <= passage.span.end


def test_passages_come_best_first_and_no_more_than_asked_for(settings: Settings) -> None:
    assistant = index_of(settings, lighthouse=LIGHTHOUSE, minutes=MINUTES)
    passages = assistant.retrieve("Who proposed walls of granite?", k=2)
    assert len(passages) == 2
    assert passages[0].score >= passages[1].score
    assert all(0 <= passage.score <= 1 for passage in passages)


def test_a_follow_up_is_retrieved_by_what_it_means(settings: Settings) -> None:
    assistant = index_of(settings, lighthouse=LIGHTHOUSE, minutes=MINUTES)
    history = [("What did Councillor Brandt propose?", "")]
    passages = assistant.retrieve("Why?", history, k=1)
    assert passages[0].document_id == "minutes.txt"


def test_no_question_retrieves_nothing(settings: Settings) -> None:
    assistant = index_of(settings, lighthouse=LIGHTHOUSE)
    assert assistant.retrieve("") == assistant.retrieve("?!") == []


@pytest.mark.parametrize("k", [0, -1])
def test_k_must_be_positive(settings: Settings, k: int) -> None:
    with pytest.raises(ValueError, match=f"k is {k}, but must be at least 1"):
        Assistant(settings).retrieve("Who?", k=k)


def test_without_an_index_it_says_what_to_do(settings: Settings) -> None:
    with pytest.raises(StoreError, match="python -m index build"):
        Assistant(settings).retrieve("Who?")


def test_it_is_a_llama_index_retriever_whose_nodes_carry_the_spans(settings: Settings) -> None:
    assistant = index_of(settings, lighthouse=LIGHTHOUSE)
    found = PassageRetriever(assistant, k=1).retrieve("When was the tower built?")
    node = found[0].node
    start, end = node.metadata["sentences"][0]
    assert node.metadata["document_id"] == "lighthouse.txt"
    assert LIGHTHOUSE[start:end] in node.get_content()
    assert found[0].score == assistant.retrieve("When was the tower built?", k=1)[0].score


def test_the_real_article_is_found_by_other_words(tmp_path_factory: pytest.TempPathFactory) -> None:
    assistant = Assistant(article_settings(tmp_path_factory.mktemp("article")))
    passages = assistant.retrieve("Which agency was offered face-scanning software?", k=2)
    assert any("facial recognition technology to the DEA" in passage.text for passage in passages)


def test_no_more_is_read_than_is_asked_for_or_a_tenth_of_a_second_allows() -> None:
    found = [hit(READ // 3), hit(READ // 3), hit(READ // 4), hit(READ // 4), hit(1)]
    assert _to_read(found, 1) == found[:3]
    assert _to_read(found, 4) == found[:4]
    assert _to_read(found, 5) == found
    assert _to_read([hit(2 * READ)] * 2, 1) == [hit(2 * READ)]
    assert _to_read([], 1) == []


def test_a_passage_is_read_under_its_heading_or_title(settings: Settings) -> None:
    long = " ".join(
        f"Lamp {number} was lit by the keeper’s eldest daughter." for number in range(40)
    )
    handbook = f"# Handbook\n\nFor members. {long}\n\n## Moorings\n\nBook them. {long}\n"
    index_of(settings, handbook=handbook, untitled=f"Whales were rare. {long}\n")
    with closing(Store.open(settings.store)) as store:
        read = {
            (document.id, under.context, under.sentences[0])
            for document in store.documents()
            for chunk in search_all(store)
            if chunk.chunk.document_id == document.id
            for under in [text_of(store, chunk)]
        }
    firsts = {(name, first): context for name, context, first in read}
    assert firsts["handbook.txt", "Handbook"] == ""
    assert firsts["handbook.txt", "Moorings"] == ""
    assert firsts["untitled.txt", "Whales were rare."] == ""
    assert {context for name, context, first in read if first.startswith("Lamp")} == {
        "Handbook",
        "Moorings",
        "",
    }


def search_all(store: Store) -> list[ChunkHit]:
    """Every chunk of a store, as if all of it had been found."""
    numbers = store.all_sentences()
    return [
        ChunkHit(chunk, tuple(store.sentences_of([number])[number]), ())
        for number, chunk in store.chunks_with(numbers).items()
    ]


def hit(length: int) -> ChunkHit:
    return ChunkHit(StoredChunk(1, "a.txt", "A", Span(0, length), "", ()), (), ())
