"""A real llama-index client against a real server: what it sends, and what becomes of failures."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from types import SimpleNamespace
from typing import Any

import pytest
from llama_index.core.llms import MockLLM
from llama_index.llms.openai_like import OpenAILike  # type: ignore[import-untyped]

from assistant.answer import Answer
from assistant.ask import Assistant
from assistant.prose.rewriting import rewritten
from assistant.prose.server.call import Message
from assistant.prose.server.failure import MOST_BYTES, ModelError, explain
from assistant.prose.server.model import model_of
from index.build import build
from index.errors import SettingsError
from index.settings import Settings
from tests.conftest import ARTICLE
from tests.model_server import ModelServer, Said, in_pieces, label_of

QUESTION = "Did Microsoft pitch facial recognition to the Drug Enforcement Administration?"
EMAILS = "Emails released by the American Civil"
LAWSUIT = "The ACLU obtained the emails"


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer() as running:
        yield running


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An index of the article, by the real embedding."""
    folder = tmp_path_factory.mktemp("indexed")
    settings = Settings(sources=folder / "sources", store=folder / "store")
    settings.sources.mkdir()
    settings.sources.joinpath("article.txt").write_bytes(ARTICLE.read_bytes())
    build(settings)
    return settings


@pytest.fixture
def configured(indexed: Settings, server: ModelServer) -> Settings:
    """Settings with a model."""
    return replace(
        indexed,
        llm_base_url=server.url,
        llm_model="scripted",
        llm_api_key="sk-secret",
        llm_first_token_seconds=30.0,
        llm_seconds=60.0,
    )


def proof(request: dict[str, Any]) -> str:
    return f"Microsoft pitched it as recently as 2018 [{label_of(request, EMAILS)}]."


def replying(make: Callable[[dict[str, Any]], str], **how: Any) -> Callable[[Any], Said]:
    return lambda request: Said(list(in_pieces(make(request))), **how)


def test_prose_is_streamed_and_proved(configured: Settings, server: ModelServer) -> None:
    server.script = replying(
        lambda r: f"{proof(r)} The ACLU got the emails by a lawsuit 【S{label_of(r, LAWSUIT)}】."
    )
    assistant = Assistant(configured)
    assistant.ask(QUESTION)  # and now it is known not to think aloud
    answers = list(assistant.stream(QUESTION))
    last = answers[-1]
    assert last.mode == "prose"
    assert last.text == (
        "Microsoft pitched it as recently as 2018 [1]. The ACLU got the emails by a lawsuit [2]."
    )
    assert [claim.verdict for claim in last.claims] == ["no mismatch found"] * 2
    document = assistant.document("article.txt")
    assert all(c.quote == c.span.of(document.text) for c in last.citations)
    assert any(answer.text and answer.text != last.text for answer in answers)
    assert assistant.model_host == server.host


def test_request_holds_only_what_it_must(
    configured: Settings, server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "OPENAI_API_BASE"):
        monkeypatch.setenv(name, "sk-of-somebody-else")
    server.script = replying(proof)
    assert Assistant(configured).ask(QUESTION).mode == "prose"
    (headers,) = server.headers
    assert headers["authorization"] == "Bearer sk-secret"
    assert "sk-of-somebody-else" not in str(headers)
    assert not [name for name in headers if name.startswith(("openai", "x-"))]
    (request,) = server.requests
    assert set(request) == {"model", "messages", "stream", "temperature", "max_tokens"}


@pytest.mark.parametrize(
    ("context", "reply", "asked"),
    [(4096, 0, 1024), (16_384, 0, 4096), (131_072, 0, 8192), (4096, 2500, 2500)],
)
def test_reply_grows_with_the_context(
    configured: Settings, server: ModelServer, context: int, reply: int, asked: int
) -> None:
    server.script = replying(proof, finish="length")
    settings = replace(configured, llm_context=context, llm_reply=reply)
    answer = Assistant(settings).ask(QUESTION)
    assert server.requests[0]["max_tokens"] == asked
    assert f"raise PULLQUOTE_LLM_REPLY above {asked} tokens" in answer.notice


def test_reply_that_leaves_no_room_is_refused(configured: Settings) -> None:
    with pytest.raises(SettingsError, match="PULLQUOTE_LLM_REPLY is 4000, but must leave 768 of"):
        Assistant(replace(configured, llm_reply=4000))


def test_without_a_key_none_is_sent(configured: Settings, server: ModelServer) -> None:
    server.script = replying(proof)
    assert Assistant(replace(configured, llm_api_key="")).ask(QUESTION).mode == "prose"
    assert "authorization" not in server.headers[0]


def test_key_of_openai_alone_switches_nothing_on(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-bare")
    assert model_of(settings) is None
    assert model_of(Settings.from_env()) is None
    assert Assistant(settings).model_host == ""


def test_key_shows_nowhere(configured: Settings, server: ModelServer) -> None:
    server.script = lambda _: Said(status=400, error="the key sk-secret is odd")
    assistant = Assistant(configured)
    shown = [
        repr(configured),
        repr(assistant),
        repr(vars(assistant)),
        repr(assistant.ask(QUESTION)),
    ]
    assert not [text for text in shown if "sk-secret" in text]


def test_documents_that_do_not_say_are_not_asked_about(
    configured: Settings, server: ModelServer
) -> None:
    answer = Assistant(configured).ask("How much does the Zeppelin museum in Ulm cost?")
    assert not answer.answered
    assert server.requests == []


FAILURES = {
    "401": (Said(status=401, error="sk-secret is wrong"), "refused the key (401)"),
    "404": (Said(status=404, error="no"), "has no model 'scripted'"),
    "429": (Said(status=429, headers=(("Retry-After", "20"),)), "(429); try again in 20 s"),
    "429 without": (Said(status=429), "no more requests at the moment (429)."),
    "500": (Said(status=500, error="oops"), "failed (500)"),
    "too long": (
        Said(status=400, error="This model's maximum context length is 4096 tokens."),
        "PULLQUOTE_LLM_CONTEXT",
    ),
    "too long, told in the stream": (
        Said(error="the prompt exceeds the context window"),
        "PULLQUOTE_LLM_CONTEXT",
    ),
    "not UTF-8": (
        Said([b'data: {"choices":[{"index":0,"delta":{"content":"\xff\xfe"}}]}\n\n']),
        "could not be read",
    ),
    "not JSON": (Said([b"data: nonsense\n\n"]), "could not be read"),
    "empty": (Said(), "replied with nothing"),
    "a page": (Said(whole="<!doctype html><p>Please log in.</p>"), "could not be read"),
    "an object": (Said(whole='{"object": "list"}'), "could not be read"),
    "half an object": (Said(whole='{"choices": ['), "could not be read"),
    "an error that is no stream": (
        Said(whole='{"error": "the prompt exceeds the context window"}'),
        "PULLQUOTE_LLM_CONTEXT",
    ),
    "a redirect": (Said(status=307, headers=(("Location", "http://127.0.0.1:9/"),)), "(307)"),
    "without labels": (Said(["Microsoft was founded in 1975."]), "cited nothing"),
    "repeating": (Said(["Microsoft is good. "] * 5000), "repeated itself"),
    "a megabyte": (Said(["word " * 200_000]), "without end"),
    "an error in the middle": (Said(["Some"], error="overloaded"), "broke off"),
    "cut off": (Said(["Some"], cut=True), "broke off"),
    "cut off in a thought": (
        Said(["Okay. The second says so [2]."], finish="length"),
        "too long",
    ),
}


@pytest.mark.parametrize(("said", "told"), FAILURES.values(), ids=FAILURES)
def test_reader_gets_the_quotes_and_a_sentence(
    configured: Settings, server: ModelServer, said: Said, told: str
) -> None:
    server.script = lambda _: said
    answer = Assistant(configured).ask(QUESTION)
    assert answer.mode == "quotes"
    assert answer.answered
    assert answer.citations
    assert told in answer.notice
    assert answer.notice.endswith("quotes instead.")
    assert "sk-secret" not in answer.notice


def without_end(piece: bytes) -> Iterator[bytes]:
    yield from (piece for _ in range(10 * MOST_BYTES // len(piece)))


ENDLESS = {
    "a line": Said(without_end(b"data: " + b"x" * 10_000)),
    "an event": Said(without_end(b"data: " + b"x" * 10_000 + b"\n")),
    "a reply": Said(whole='{"choices": [\n' + "\n\n1," * MOST_BYTES),
    "a refusal": Said(status=400, error="No. " * MOST_BYTES),
}


@pytest.mark.parametrize("said", ENDLESS.values(), ids=ENDLESS)
def test_server_that_sends_without_end_is_left(
    configured: Settings, server: ModelServer, said: Said
) -> None:
    server.script = lambda _: said
    answer = Assistant(configured).ask(QUESTION)
    assert answer.notice == (
        f"{server.host} sent more than 4 MiB where a reply should be; check "
        "PULLQUOTE_LLM_BASE_URL. Here are the quotes instead."
    )
    assert server.hung_up.wait(5)


@pytest.mark.parametrize(
    "how", [{"cut": True}, {"finish": "length"}, {"finish": None}, {"error": "overloaded"}], ids=str
)
def test_what_came_before_the_end_is_kept(
    configured: Settings, server: ModelServer, how: dict[str, Any]
) -> None:
    server.script = replying(lambda r: f"{proof(r)} And then, in the middle of a", **how)
    answer = Assistant(configured).ask(QUESTION)
    assert answer.text == "Microsoft pitched it as recently as 2018 [1]."
    assert answer.notice.endswith("What it had written before is kept.")


def test_unreachable_model(configured: Settings) -> None:
    answer = Assistant(replace(configured, llm_base_url="http://127.0.0.1:9/v1")).ask(QUESTION)
    assert "could not be reached; is it running?" in answer.notice
    assert answer.citations


def test_model_that_does_not_begin(configured: Settings, server: ModelServer) -> None:
    server.script = lambda _: Said(["x"], delay=20)
    settings = replace(configured, llm_first_token_seconds=0.5)
    answer = Assistant(settings).ask(QUESTION)
    assert "had not begun to answer after 0.5 s" in answer.notice
    assert server.hung_up.wait(5)


def test_model_that_does_not_end(configured: Settings, server: ModelServer) -> None:
    server.script = lambda r: Said((proof(r) + " It goes on and on ", *("and on ", 0.2) * 50))
    answer = Assistant(replace(configured, llm_seconds=1.5)).ask(QUESTION)
    assert "had not finished after 1.5 seconds" in answer.notice
    assert answer.text == "Microsoft pitched it as recently as 2018 [1]."
    assert server.hung_up.wait(5)


@pytest.mark.parametrize("begun", [False, True])
def test_stop_ends_the_request(configured: Settings, server: ModelServer, begun: bool) -> None:
    server.script = lambda r: (
        Said([f"<think>Hm.</think>{proof(r)} More to come here, surely", 30.0])
        if begun
        else Said(["x"], delay=30)
    )
    stream = Assistant(configured).stream(QUESTION)
    for answer in stream:
        if answer.mode == "prose" or (server.requests and not begun):
            break
    started = time.monotonic()
    stream.close()  # type: ignore[attr-defined] # a generator
    assert server.hung_up.wait(5)
    assert time.monotonic() - started < 2
    threads = {thread.name for thread in threading.enumerate()}
    time.sleep(0.2)
    assert "pullquote-model" not in threads or "pullquote-model" not in {
        thread.name for thread in threading.enumerate()
    }


def test_waiting_reader_gets_a_beat(configured: Settings, server: ModelServer) -> None:
    server.script = lambda r: Said([1.0, proof(r)])
    answers = list(Assistant(configured).stream(QUESTION))
    assert [answer.mode for answer in answers].count("quotes") >= 3


def test_quotes_are_there_before_the_model_is_asked(configured: Settings) -> None:
    by_quotes = Assistant(replace(configured, llm_base_url="", llm_model=""))
    history = [("What did Amazon announce?", "That it would suspend police use.")]
    for question, turns in ((QUESTION, ()), ("And IBM?", history)):
        stream = Assistant(configured).stream(question, turns)
        first = next(stream)
        stream.close()  # type: ignore[attr-defined] # a generator
        assert first == replace(by_quotes.ask(question, turns), growing=True)
        assert first.mode == "quotes"
        assert first.citations


def test_quotes_stay_when_the_model_fails(configured: Settings, server: ModelServer) -> None:
    server.script = lambda _: Said(status=500)
    first, *_, last = Assistant(configured).stream(QUESTION)
    assert (first.growing, last.growing) == (True, False)
    assert last.notice
    assert replace(last, notice="") == replace(first, growing=False)


@pytest.mark.parametrize("opened", ["<think>", ""])
def test_reasoning_is_not_part_of_the_answer(
    configured: Settings, server: ModelServer, opened: str
) -> None:
    server.script = replying(lambda r: f"{opened}[1] says so. Hm.</think>\n\n{proof(r)}")
    shown = "Microsoft pitched it as recently as 2018 [1]."
    answers = list(Assistant(configured).stream(QUESTION))
    assert {a.text for a in answers if a.mode == "prose"} == {shown}
    assert answers[-1].text == shown


def test_follow_up_is_rewritten_by_the_model(configured: Settings, server: ModelServer) -> None:
    def script(request: dict[str, Any]) -> Said:
        if "standing alone" in request["messages"][-1]["content"]:
            return Said(["When did Amazon suspend police use of Rekognition?"])
        return Said([f"Amazon suspended it for one year [{label_of(request, 'Rekognition')}]."])

    server.script = script
    answer = Assistant(configured).ask("And the other one?", [("What did Amazon do?", "It …")])
    # "suspend" and "Rekognition": the second is in nothing that was said, so it was made up.
    assert "Rekognition" not in answer.searched
    told = [("What did Amazon do with Rekognition?", "It suspended police use.")]
    answer = Assistant(configured).ask("When was that?", told)
    assert answer.searched == "When did Amazon suspend police use of Rekognition?"


@pytest.mark.parametrize(
    "reply",
    [
        "",
        "Sure!\nHere it is:\nWhat?",
        "Visit http://evil.example",
        "What did Bill Gates do in 1975?",
        'The question, standing alone: "And IBM?"',
        "The question, standing alone: And IBM?",
        "Take them from the conversation only: what did IBM announce?",
        "What did IBM announce? Reply with the question only, in one line.",
        "What did it announce?",
        "And what about IBM?",
        "IBM announced that it would suspend police use.",
        "What did Amazon announce?",
        '{"question": "What did IBM announce?"}',
        "<think>Which one?",
        "IBM or Amazon? Hm.</think>And IBM?",
    ],
)
def test_odd_rewriting_is_not_used(configured: Settings, server: ModelServer, reply: str) -> None:
    server.script = lambda r: Said(
        [reply if "standing alone" in r["messages"][-1]["content"] else "x"]
    )
    told = [("What did Amazon announce?", "That it would suspend police use.")]
    by_rule = Assistant(replace(configured, llm_base_url="", llm_model="")).ask("And IBM?", told)
    assert Assistant(configured).ask("And IBM?", told).searched == by_rule.searched


@pytest.mark.parametrize(
    ("thought", "thinks_unmarked"),
    [("Which one? ", True), ("Which one? " * 2000, None)],
    ids=["read to its end", "left off"],
)
def test_rewriting_teaches_how_a_model_thinks_only_when_it_is_read_to_its_end(
    server: ModelServer, thought: str, thinks_unmarked: bool | None
) -> None:
    server.says(*in_pieces(f"{thought}</think>What did IBM announce?", 500))
    model = model_of(Settings(llm_base_url=server.url, llm_model="m"))
    assert model
    list(rewritten(model, [("What did Amazon do?", "")], Answer("And IBM?", "IBM?", "", (), False)))
    assert model.habit.thinks_unmarked is thinks_unmarked


REFUSALS = {
    "max_tokens": "Unrecognized request argument supplied: max_tokens",
    "max_completion_tokens": "Unsupported parameter: 'max_tokens' is not supported with this model. "
    "Use 'max_completion_tokens' instead.",
    "too large": "max_tokens is too large: 1024. This model supports at most 512 completion tokens.",
    "temperature": "Unsupported value: 'temperature' does not support 0.0 with this model.",
    "both": "extra fields not permitted: max_tokens, temperature",
    "system role": "Error rendering prompt with jinja template: System role not supported",
    "roles": "Conversation roles must alternate user/assistant/user/assistant/...",
}


def takes(request: dict[str, Any], refusal: str) -> bool:
    """Whether a server that words its refusals like this would take a request."""
    has_limit, has_heat = "max_tokens" in request, "temperature" in request
    if refusal in {REFUSALS["system role"], REFUSALS["roles"]}:
        return bool(request["messages"][0]["role"] == "user")
    if refusal == REFUSALS["max_completion_tokens"]:
        return not has_limit and bool(request["max_completion_tokens"] == 1024)
    if refusal == REFUSALS["temperature"]:
        return has_limit and not has_heat
    return not has_limit and has_heat == (refusal != REFUSALS["both"])


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=REFUSALS)
def test_request_is_put_as_the_server_takes_it_and_that_is_remembered(
    configured: Settings, server: ModelServer, refusal: str
) -> None:
    status = 500 if refusal == REFUSALS["roles"] else 400

    def script(request: dict[str, Any]) -> Said:
        if takes(request, refusal):
            return Said([proof(request)])
        return Said(status=status, error=refusal)

    server.script = script
    assistant = Assistant(configured)
    assert assistant.ask(QUESTION).mode == "prose"
    assert len(server.requests) == 2
    assert assistant.ask(QUESTION).mode == "prose"
    assert len(server.requests) == 3
    said = str(server.requests[-1]["messages"])
    assert "never instructions" in said
    assert {"authorization"} <= set(server.headers[1])


def test_server_that_takes_less_and_less_is_asked_no_more_than_it_can_be(
    configured: Settings, server: ModelServer
) -> None:
    def script(request: dict[str, Any]) -> Said:
        named = [name for name in ("max_completion_tokens", "temperature") if name in request]
        told = "Use 'max_completion_tokens', not 'max_tokens'" if "max_tokens" in request else ""
        return Said(status=400, error=f"{told or named} or the system role is wrong")

    server.script = script
    answer = Assistant(configured).ask(QUESTION)
    assert "did not accept the request (400)" in answer.notice
    assert len(server.requests) <= 5
    assert set(server.requests[-1]) == {"model", "messages", "stream"}


def test_refusal_for_another_reason_is_not_tried_again(
    configured: Settings, server: ModelServer
) -> None:
    server.script = lambda _: Said(status=400, error="This model's maximum context length is 9.")
    Assistant(configured).ask(QUESTION)
    assert len(server.requests) == 1


def event(delta: dict[str, Any], finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    chunk = {"id": "1", "object": "chat.completion.chunk", "created": 0, "choices": [choice]}
    return f"data: {json.dumps(chunk)}\n\n".encode()


def whole(message: dict[str, Any]) -> Said:
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    return Said(whole=json.dumps({"id": "1", "choices": [choice]}, indent=1))


PARTS = {
    "of a stream": lambda text: Said(
        [
            event(
                {"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "[2]?"}]}]}
            ),
            event({"content": [{"type": "text", "text": text[:30]}]}),
            event({"content": [{"type": "text", "text": text[30:]}]}),
        ]
    ),
    "no stream": lambda text: whole({"role": "assistant", "content": text}),
    "no stream, of parts": lambda text: whole({"content": [{"type": "text", "text": text}]}),
    "done without a reason": lambda text: Said(
        [event({"content": text}), b"data: [DONE]\n\n"], finish=None
    ),
}


@pytest.mark.parametrize("make", PARTS.values(), ids=PARTS)
def test_reply_in_another_form_is_read(
    configured: Settings, server: ModelServer, make: Callable[[str], Said]
) -> None:
    server.script = lambda r: make(proof(r))
    answer = Assistant(configured).ask(QUESTION)
    assert answer.text == "Microsoft pitched it as recently as 2018 [1]."
    assert answer.notice == ""


@pytest.mark.parametrize(
    "said",
    [
        Said([event({"refusal": "I’m sorry, I can’t "}), event({"refusal": "help with that."})]),
        whole({"content": None, "refusal": "I’m sorry, I can’t help with that."}),
        whole({"content": None, "refusal": "“I’m sorry”, I can’t help with 'that'."}),
    ],
)
def test_refusal_is_told(configured: Settings, server: ModelServer, said: Said) -> None:
    server.script = lambda _: said
    assert Assistant(configured).ask(QUESTION).notice == (
        "The model refused to answer: I’m sorry, I can’t help with that. "
        "Here are the quotes instead."
    )


@pytest.mark.parametrize(
    "reply",
    [
        "What did IBM say about police use?",
        'The question, standing alone: "What did IBM say about police use?"',
        "Standalone question: What did IBM say about police use?",
        "**What did IBM say about police use?**",
        "IBM, then.</think>\n\nWhat did IBM say about police use?",
        "<|channel|>analysis<|message|>IBM.<|end|><|start|>assistant<|channel|>final<|message|>"
        "What did IBM say about police use?<|return|>",
    ],
)
def test_sound_rewriting_is_used(configured: Settings, server: ModelServer, reply: str) -> None:
    server.script = lambda _: Said([reply])
    told = [("What did Amazon announce?", "That it would suspend police use.")]
    answer = Assistant(configured).ask("And IBM?", told)
    assert answer.searched == "What did IBM say about police use?"


def test_rewriting_has_quotation_marks_round_the_readers_words_alone(
    configured: Settings, server: ModelServer
) -> None:
    server.script = lambda _: Said(["What did 'IBM' say about a “suspended police use”?"])
    told = [("What did Amazon announce?", "It suspended police use.")]
    answer = Assistant(configured).ask("And IBM?", told)
    assert answer.searched == "What did “IBM” say about a suspended police use?"


def test_model_is_told_which_of_two_questions_to_answer(
    configured: Settings, server: ModelServer
) -> None:
    server.script = lambda _: Said(["?"])
    told = [("What did the ACLU emails show about Microsoft?", "That it pitched technology.")]
    Assistant(configured).ask("ok, when did it commit to that pitch?", told)
    assert server.last_prompt.endswith(
        "What did the ACLU emails show about Microsoft? ok, when did it commit to that pitch?\n"
        "(Answer only what was asked last: ok, when did it commit to that pitch?)"
    )


def test_hidden_characters_of_the_model_are_left_out(
    configured: Settings, server: ModelServer
) -> None:
    server.script = lambda _: Said(["What did\ue000 IBM say\u202e about police\x1b use?"])
    told = [("What did Amazon announce?", "That it would suspend police use.")]
    answer = Assistant(configured).ask("And IBM?", told)
    assert answer.searched == "What did IBM say about police use?"
    server.script = lambda _: Said(status=400, error="odd\ue000 \x1b[31mform\u202e")
    assert "(400): odd [31mform." in Assistant(configured).ask(QUESTION).notice
    server.script = lambda _: Said([event({"refusal": "No\ue000, \u202enever"})])
    assert "refused to answer: No, never." in Assistant(configured).ask(QUESTION).notice


def test_failing_model_is_not_asked_twice(configured: Settings, server: ModelServer) -> None:
    server.script = lambda _: Said(status=500)
    answer = Assistant(configured).ask(QUESTION, [("What did Amazon do?", "It suspended it.")])
    assert len(server.requests) == 1
    assert "failed (500)" in answer.notice


def test_examples_are_made_without_the_model(configured: Settings, server: ModelServer) -> None:
    Assistant(configured).examples()
    assert server.requests == []


def test_any_llama_index_model_can_be_passed_in(configured: Settings, server: ModelServer) -> None:
    server.script = replying(proof)
    plain = replace(configured, llm_base_url="", llm_model="", llm_api_key="")
    llm = OpenAILike(model="m", api_base=server.url, api_key="sk-mine", is_chat_model=True)
    assistant = Assistant(plain, model=llm)
    assert assistant.model_host == server.host
    for _ in range(2):
        assert assistant.ask(QUESTION).mode == "prose"
    mock = Assistant(plain, model=MockLLM())
    assert mock.model_host == "MockLLM"
    assert mock.ask(QUESTION).answered  # it repeats the prompt, sentences and labels


def test_model_passed_in_that_fails(configured: Settings) -> None:
    class Broken(MockLLM):
        @classmethod
        def class_name(cls) -> str:
            return "Broken"

        def stream_chat(self, *_: Any, **__: Any) -> Any:
            raise RuntimeError("sk-secret inside")

    answer = Assistant(configured, model=Broken(max_tokens=None)).ask(QUESTION)
    assert (
        answer.notice == "The model at Broken failed (RuntimeError). Here are the quotes instead."
    )


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"llm_model": "m"}, "PULLQUOTE_LLM_BASE_URL is not"),
        ({"llm_base_url": "http://localhost/v1"}, "PULLQUOTE_LLM_MODEL is not"),
        ({"llm_base_url": "localhost:11434", "llm_model": "m"}, "must be an address"),
        ({"llm_base_url": "http://me:pw@host/v1", "llm_model": "m"}, "must not hold a name"),
    ],
)
def test_half_a_model_is_told(changed: dict[str, str], told: str) -> None:
    with pytest.raises(SettingsError, match=told) as caught:
        model_of(replace(Settings(), **changed))  # type: ignore[arg-type] # all of them words
    assert "pw" not in str(caught.value)


def test_retry_after_may_be_a_date() -> None:
    def told(moment: str) -> str:
        limited = RuntimeError("too many")
        limited.status_code = 429  # type: ignore[attr-defined] # as the clients' errors have it
        limited.response = SimpleNamespace(headers={"retry-after": moment})  # type: ignore[attr-defined]
        return str(explain(limited, "host", "m"))

    assert told("Fri, 31 Dec 1999 23:59:59 GMT").endswith("at the moment (429).")
    assert told("soon").endswith("at the moment (429).")
    assert "try again in " in told(format_datetime(datetime.now(UTC) + timedelta(minutes=2)))


def test_error_of_a_model_is_one_sentence(server: ModelServer) -> None:
    server.says("x", status=418, error="I am a teapot.\nReally.")
    model = model_of(Settings(llm_base_url=server.url, llm_model="m"))
    assert model
    with pytest.raises(ModelError, match=r"did not accept the request \(418\): I am a teapot"):
        list(model.stream([Message("user", "x")]))


def test_many_readers_at_once(configured: Settings, server: ModelServer) -> None:
    server.script = replying(proof)
    assistant = Assistant(configured)
    answers: list[Answer] = []
    threads = [
        threading.Thread(target=lambda: answers.append(assistant.ask(QUESTION))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.text for answer in answers} == {"Microsoft pitched it as recently as 2018 [1]."}


def test_without_a_model_nothing_changes(settings: Settings) -> None:
    settings.sources.joinpath("a.txt").write_text("The fox jumps over the lazy dog.", "utf-8")
    build(settings)
    (answer,) = Assistant(settings).stream("What does the fox jump over?")
    assert answer.mode == "quotes"
