"""The API over real HTTP, with httpx, and its description held against what comes."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import httpx
import jsonschema  # type: ignore[import-untyped]
import pytest
from openapi_spec_validator import validate

from assistant.answer import Answer
from assistant.api.serve import application
from assistant.kept.conversations import Conversations, new_key
from assistant.kept.file import KeptFile
from assistant.kept.record import KeptTurn
from assistant.page.guard import BODY_BYTES
from index.document import Document
from index.errors import StoreMissingError
from index.settings import Settings
from tests.documents import LIGHTHOUSE, MINUTES, index_of
from tests.scripted import ScriptedAssistant, failing, quoted
from tests.serving import ROOT, free_port, served

if TYPE_CHECKING:
    from assistant.ask import Assistant

V1 = "/api/v1"
TOKEN = "a-token-of-some-length"
NEWS = Document("news.txt", "Bakery", "The 🥐 bakery opens at seven.", "1", "news.txt")


@pytest.fixture
def client(settings: Settings) -> Iterator[httpx.Client]:
    """A client of an API over two documents, in a folder of which one lies."""
    assistant = index_of(settings, lighthouse=LIGHTHOUSE)
    (settings.sources / "town hall").mkdir()
    (settings.sources / "town hall" / "minutes?.txt").write_text(MINUTES)
    assistant = index_of(settings)
    with reaching(assistant) as one:
        yield one


def reaching(assistant: object, **options: Any) -> "Reached":
    return Reached(application(cast("Assistant", assistant), **options))


class Reached:
    def __init__(self, app: Any) -> None:
        self.server = served(app)

    def __enter__(self) -> httpx.Client:
        port = self.server.__enter__()
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{port}{V1}", timeout=60)
        return self.client

    def __exit__(self, *_: object) -> None:
        self.client.close()
        self.server.__exit__(None, None, None)


def is_as_described(client: httpx.Client, schema: str, reply: object) -> bool:
    """Whether a reply is what the description says of it."""
    description = client.get("/openapi.json").json()
    reference = {"$ref": f"#/components/schemas/{schema}"}
    jsonschema.validate(reply, {**description, **reference})
    return True


def error_of(reply: httpx.Response, status: int) -> str:
    """The one sentence of a refusal."""
    assert reply.status_code == status, reply.text
    assert reply.headers["content-type"] == "application/json"
    said = reply.json()
    assert list(said) == ["error"]
    return str(said["error"])


# --- what comes ---


def test_an_answer_points_at_the_words_of_its_document(client: httpx.Client) -> None:
    reply = client.post("/ask", json={"question": "When was the lighthouse tower built?"})
    assert reply.status_code == 200
    answer = reply.json()
    assert is_as_described(client, "Answer", answer)
    assert answer["answered"]
    (citation,) = answer["citations"]
    document = client.get(f"/documents/{citation['document_id']}").json()
    assert is_as_described(client, "Text", document)
    span = citation["span"]
    assert document["text"][span["start"] : span["end"]] == citation["quote"]
    assert "1847" in citation["quote"]
    assert citation["digest"] == document["digest"]
    assert citation["digest"] == hashlib.sha256(LIGHTHOUSE.encode()).hexdigest()
    assert (citation["page"], citation["url"]) == (None, None)


def test_that_the_documents_do_not_say_is_an_answer_too(client: httpx.Client) -> None:
    reply = client.post("/ask", json={"question": "Did Google buy the lighthouse?"})
    assert reply.status_code == 200
    answer = reply.json()
    assert is_as_described(client, "Answer", answer)
    assert not answer["answered"]
    assert "‘Google’" in answer["reason"]
    assert answer["citations"] == []
    for near in answer["nearest"]:
        text = client.get(f"/documents/{near['document_id']}").json()["text"]
        assert text[near["span"]["start"] : near["span"]["end"]] == near["quote"]


def test_only_the_documents_that_are_asked_answer(client: httpx.Client) -> None:
    question = "When was the lighthouse tower built?"
    answer = client.post(
        "/ask", json={"question": question, "scope": {"documents": ["town hall/minutes?.txt"]}}
    ).json()
    assert is_as_described(client, "Answer", answer)
    assert (answer["answered"], answer["documents"], answer["elsewhere"]) == (False, 1, True)
    sought = {"question": question, "scope": {"folder": "town hall"}}
    found = client.post("/retrieve", json=sought).json()["passages"]
    assert {one["document_id"] for one in found} <= {"town hall/minutes?.txt"}
    unknown = {"question": question, "scope": {"documents": ["none.txt"]}}
    assert "'none.txt'" in error_of(client.post("/ask", json=unknown), 404)
    when = {"question": question, "scope": {"published_after": "soon"}}
    assert "'soon' is no date" in error_of(client.post("/ask", json=when), 422)
    colour = {"question": question, "scope": {"colour": "red"}}
    assert error_of(client.post("/ask", json=colour), 422).startswith("scope.colour: ")


def test_a_follow_up_is_read_with_what_was_asked_before(client: httpx.Client) -> None:
    before = {"question": "When was the lighthouse tower built?", "answer": "In 1847."}
    reply = client.post("/ask", json={"question": "By whom?", "history": [before]})
    assert before["question"] in reply.json()["searched"]


def test_documents_that_hold_some_words_come_with_their_sentences(client: httpx.Client) -> None:
    found = client.get("/mentions", params={"words": '"the lighthouse" tower'}).json()
    assert is_as_described(client, "Mentions", found)
    assert found["documents"] == len(found["listed"]) == 1
    (listed,) = found["listed"]
    assert listed["citations"]
    text = client.get(f"/documents/{listed['document_id']}").json()["text"]
    for citation in listed["citations"]:
        assert text[citation["span"]["start"] : citation["span"]["end"]] == citation["quote"]
    assert client.get("/mentions", params={"words": "the"}).json()["too_common"]
    assert client.get("/mentions", params={"words": "zeppelin"}).json()["documents"] == 0
    assert error_of(client.get("/mentions"), 422).startswith("words: ")
    assert error_of(client.get("/mentions", params={"words": "a", "limit": 0}), 422)


def test_passages_come_with_their_places_best_first(client: httpx.Client) -> None:
    reply = client.post("/retrieve", json={"question": "What does the flood scheme cost?", "k": 2})
    assert is_as_described(client, "Passages", reply.json())
    passages = reply.json()["passages"]
    assert 1 <= len(passages) <= 2
    assert passages[0]["document_id"] == "town hall/minutes?.txt"
    assert [one["score"] for one in passages] == sorted(
        (one["score"] for one in passages), reverse=True
    )
    for passage in passages:
        document = client.get(
            "/documents/" + passage["document_id"].replace("?", "%3F").replace("/", "%2F")
        ).json()
        span = passage["span"]
        assert document["text"][span["start"] : span["end"]] == passage["text"]
        assert passage["digest"] == document["digest"]


def test_documents_are_listed_in_parts(client: httpx.Client) -> None:
    whole = client.get("/documents").json()
    assert is_as_described(client, "Documents", whole)
    assert [one["id"] for one in whole["documents"]] == ["lighthouse.txt", "town hall/minutes?.txt"]
    part = client.get("/documents", params={"offset": 1, "limit": 1}).json()
    assert (part["total"], part["documents"]) == (2, whole["documents"][1:])


def test_positions_are_characters_also_behind_an_emoji() -> None:
    with reaching(ScriptedAssistant([NEWS])) as client:
        answer = client.post("/ask", json={"question": "When is the bakery open, at seven?"}).json()
        (citation,) = answer["citations"] or answer["nearest"]
    assert citation["span"] == {"start": 0, "end": 28}


def test_an_answer_grows_line_by_line() -> None:
    first = Answer("Q", "Q", "Quotes", (), True, growing=True)

    def script(_: str) -> Iterator[Answer]:
        yield first
        yield quoted("The bakery opens at seven", [NEWS])

    with reaching(ScriptedAssistant([NEWS], script)) as client:
        with client.stream("POST", "/ask/stream", json={"question": "Q"}) as reply:
            assert reply.headers["content-type"] == "application/x-ndjson"
            lines = [json.loads(line) for line in reply.iter_lines()]
        assert all(is_as_described(client, "Answer", line) for line in lines)
    assert [line["growing"] for line in lines] == [True, False]
    assert lines[1]["citations"][0]["quote"] == NEWS.text


def test_the_first_line_is_there_before_the_last_is_written() -> None:
    seen: list[float] = []

    def script(_: str) -> Iterator[Answer]:
        yield Answer("Q", "Q", "Quotes", (), True, growing=True)
        time.sleep(1)
        yield Answer("Q", "Q", "Prose", (), True)

    with (
        reaching(ScriptedAssistant([NEWS], script)) as client,
        client.stream("POST", "/ask/stream", json={"question": "Q"}) as reply,
    ):
        seen.extend(time.monotonic() for _ in reply.iter_lines())
    assert seen[1] - seen[0] > 0.7


def test_whoever_goes_away_stops_the_answer() -> None:
    ended: list[str] = []

    def script(_: str) -> Iterator[Answer]:
        try:
            for _piece in range(1000):
                time.sleep(0.01)
                yield Answer("Q", "Q", "So far", (), True, growing=True)
        finally:
            ended.append("ended")

    with reaching(ScriptedAssistant([NEWS], script)) as client:
        with client.stream("POST", "/ask/stream", json={"question": "Q"}) as reply:
            next(reply.iter_lines())
        waited = time.monotonic() + 5
        while not ended and time.monotonic() < waited:
            time.sleep(0.02)
    assert ended == ["ended"]


# --- what goes wrong ---


def test_an_answer_cut_from_another_text_does_not_leave() -> None:
    before = quoted("The bakery opens at seven", [NEWS])
    after = Document("news.txt", "Bakery", "The bakery is closed now, it seems.", "2", "news.txt")
    with reaching(ScriptedAssistant([after], lambda _: iter([before]))) as client:
        said = error_of(client.post("/ask", json={"question": "Q"}), 409)
        assert said == "The document 'news.txt' has changed meanwhile. Ask again."
        with client.stream("POST", "/ask/stream", json={"question": "Q"}) as reply:
            assert [json.loads(line) for line in reply.iter_lines()] == [{"error": said}]


def test_a_failure_is_one_sentence_and_the_details_stay_here(
    caplog: pytest.LogCaptureFixture,
) -> None:
    secret = RuntimeError("the secret")
    with reaching(ScriptedAssistant([NEWS], failing(secret))) as client:
        said = error_of(client.post("/ask", json={"question": "Q"}), 500)
        with client.stream("POST", "/ask/stream", json={"question": "Q"}) as reply:
            (line,) = reply.iter_lines()
        assert is_as_described(client, "Problem", json.loads(line))
    assert said == json.loads(line)["error"]
    assert "log" in said
    assert "the secret" not in said
    assert "the secret" in caplog.text


def test_without_an_index_it_is_said_what_to_do(tmp_path: Path) -> None:
    missing = StoreMissingError(tmp_path)
    with reaching(ScriptedAssistant([], failing(missing))) as client:
        assert "index build" in error_of(client.post("/ask", json={"question": "Q"}), 503)


def test_a_document_is_read_whatever_its_file_is_called() -> None:
    odd = Document("c\r\nX: 1\n.txt", "Cranes", "They weigh five kilograms.", "1", "c.txt")
    with reaching(ScriptedAssistant([odd])) as client:
        reply = client.get("/documents/c%0D%0AX%3A%201%0A.txt")
    assert reply.json()["text"] == odd.text


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "question: Field required."),
        ({"question": 7}, "question: Input should be a valid string."),
        ({"question": "Q", "k": 3}, "k: Extra inputs are not permitted."),
        ({"question": "Q", "history": [{}]}, "history.0.question: Field required."),
        (
            {"question": "Q", "scope": {"documents": "a.txt"}},
            "scope.documents: Input should be a valid list.",
        ),
        ({"question": "\ud800"}, "question: half a surrogate pair"),
        ({"question": "Q", "history": [{"question": "Q"}] * 51}, "history: List should have"),
    ],
)
def test_what_is_not_as_described_is_said_in_one_sentence(
    client: httpx.Client, body: object, said: str
) -> None:
    reply = client.post(
        "/ask", content=json.dumps(body), headers={"content-type": "application/json"}
    )
    sentence = error_of(reply, 422)
    assert sentence.startswith(said)
    assert is_as_described(client, "Problem", reply.json())


@pytest.mark.parametrize("k", [0, 51, "many", None])
def test_an_impossible_number_of_passages_is_refused(client: httpx.Client, k: object) -> None:
    assert error_of(client.post("/retrieve", json={"question": "Q", "k": k}), 422).startswith("k: ")


def test_a_document_that_is_not_there_is_named(client: httpx.Client) -> None:
    assert "'no/such.txt'" in error_of(client.get("/documents/no/such.txt"), 404)


# --- who may come in ---


@pytest.mark.parametrize(
    "path", ["/", "/docs", "/redoc", "/config", "/gradio_api/info", "/openapi.json", f"{V1}/"]
)
def test_nothing_else_is_open(client: httpx.Client, path: str) -> None:
    address = client.base_url.copy_with(path=path)
    assert error_of(client.get(address), 404) == "There is nothing here."


def test_other_methods_are_closed(client: httpx.Client) -> None:
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "GET"):
        assert client.request(method, "/ask").status_code == 404


def test_no_other_site_is_let_in(client: httpx.Client) -> None:
    for foreign in (
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ):
        for reply in (
            client.post("/ask", json={"question": "Q"}, headers=foreign),
            client.get("/documents", headers=foreign),
            client.get("/openapi.json", headers=foreign),
        ):
            assert "no other site" in error_of(reply, 403)
            assert not [name for name in reply.headers if name.startswith("access-control")]
    assert "own address" in error_of(
        client.get("/documents", headers={"host": "evil.example"}), 421
    )


def test_a_body_of_another_kind_or_length_is_refused(client: httpx.Client) -> None:
    assert "takes JSON" in error_of(client.post("/ask", data={"question": "Q"}), 415)
    long = {"question": "Q" * BODY_BYTES}
    assert f"{BODY_BYTES:,} bytes" in error_of(client.post("/ask", json=long), 413)
    kind = {"content-type": "application/json"}
    assert "not JSON" in error_of(client.post("/ask", content=b"{", headers=kind), 400)
    assert "object" in error_of(client.post("/ask", content=b"[]", headers=kind), 400)


def test_the_token_is_asked_for_and_taken() -> None:
    with reaching(ScriptedAssistant([NEWS]), token=TOKEN) as client:
        for path in ("/documents", "/openapi.json", "/documents/news.txt"):
            assert "Bearer" in error_of(client.get(path), 401)
        root = client.base_url.copy_with(path="/", query=f"token={TOKEN}".encode())
        assert "Bearer" in error_of(client.get(root), 401)
        shown = {"authorization": f"Bearer {TOKEN}"}
        assert client.get("/documents", headers=shown).json()["total"] == 1


# --- the description ---


def test_the_description_is_openapi(client: httpx.Client) -> None:
    description = client.get("/openapi.json").json()
    validate(description)
    assert set(description["paths"]) == {
        f"{V1}/ask",
        f"{V1}/ask/stream",
        f"{V1}/retrieve",
        f"{V1}/mentions",
        f"{V1}/documents",
        f"{V1}/documents/{{document_id}}",
        f"{V1}/conversations",
        f"{V1}/conversations/{{key}}",
    }
    for methods in description["paths"].values():
        for operation in methods.values():
            assert operation["description"]
            assert {"200", "422", "default"} <= set(operation["responses"])
    assert "characters" in description["components"]["schemas"]["Span"]["description"]


def test_the_command_serves_it_and_brings_the_index_in_step(settings: Settings) -> None:
    (settings.sources / "lighthouse.txt").write_text(LIGHTHOUSE)
    port = free_port()
    options = ["--sources", str(settings.sources), "--store", str(settings.store)]
    process = subprocess.Popen(
        [sys.executable, "-m", "assistant", "serve", *options, "--port", str(port)],
        cwd=ROOT,
        env={**os.environ, "PULLQUOTE_EMBEDDING": settings.embedding},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout
        address = f"http://127.0.0.1:{port}{V1}/openapi.json"
        assert process.stdout.readline() == f"Pullquote is at {address} (stop it with Ctrl-C)\n"
        validate(httpx.get(address, timeout=30).json())
        assert process.stdout.readline() == "1 document indexed.\n"
        listed = httpx.get(f"http://127.0.0.1:{port}{V1}/documents", timeout=30).json()
        assert [one["id"] for one in listed["documents"]] == ["lighthouse.txt"]
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)
    assert process.returncode == 0


def test_conversations_are_listed_and_read_with_their_answers_as_they_were(
    settings: Settings, tmp_path: Path
) -> None:
    assistant = index_of(settings, lighthouse=LIGHTHOUSE)
    question = "When was the tower built?"
    answer = assistant.ask(question)
    kept = Conversations(KeptFile(tmp_path / "kept.sqlite"))
    key = new_key()
    kept.save(key, [(None, KeptTurn(question, "2026-11-29T10:00:00+00:00", answer))])
    with reaching(assistant, kept=kept) as client:
        listed = client.get("/conversations").json()
        assert is_as_described(client, "Conversations", listed)
        assert [(one["key"], one["name"]) for one in listed["conversations"]] == [(key, question)]
        assert client.get("/conversations", params={"words": "zebra"}).json() == {
            "conversations": []
        }
        read = client.get(f"/conversations/{key}").json()
        assert is_as_described(client, "Conversation", read)
        (turn,) = read["turns"]
        assert turn["changed"] == []
        assert turn["answer"]["citations"][0]["quote"] == answer.citations[0].quote
        (settings.sources / "lighthouse.txt").write_text("The tower is no more.")
        index_of(settings)
        assert client.get(f"/conversations/{key}").json()["turns"][0]["changed"] == [
            "lighthouse.txt"
        ]
        assert "no conversation" in error_of(client.get(f"/conversations/{'0' * 16}"), 404)
    with reaching(assistant) as client:
        assert client.get("/conversations").json() == {"conversations": []}
        error_of(client.get(f"/conversations/{key}"), 404)
