"""One small file of each kind: built, asked, and quoted from its own place."""

from email.message import EmailMessage

import pytest

from assistant import Answer, Assistant
from index.build import build
from index.formats import is_known, known_suffixes, suffix_of
from index.settings import Settings
from index.verify import verify
from tests.packages import docx, epub, odt, packed, paragraph
from tests.pdfs import lines, pdf, wrapped

ALIKE = {".htm", ".xhtml", ".mht", ".ndjson"}
"""Other suffixes of a kind that is here."""

PAGE = (
    "<!doctype html><html><head><meta charset='utf-8'><title>Otters</title></head><body><nav><a "
    "href='/'>Home</a></nav><article><h1>Otters</h1><p>Warden Colin Frayne counted three otters at "
    "the mill.</p><p>Anglers keep their dogs on leads.</p></article></body></html>"
)
SNAPSHOT = (
    "MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n"
    "Content-Location: https://clock.example/\r\n\r\n<html><body><article><h1>Clock</h1><p>Clockmaker "
    "Amrit Sandhu rebuilt the escapement.</p></article></body></html>\r\n"
)


def mail() -> bytes:
    message = EmailMessage()
    message["From"] = "Greta Lindqvist <greta@norrhav.example>"
    message["Subject"] = "Delivery"
    message.set_content("The pump is delivered by Brahe Logistics on 4 November.\n")
    return message.as_bytes()


FILES: dict[str, bytes] = {
    "beds.txt": b"Mrs Okafor brought three barrows of manure to the allotment.\n",
    "bread.md": b"# Bread\n\nThe loaf bakes for 22 minutes with the lid on.\n",
    "bridge.docx": docx(paragraph("Three bearings of the bridge are corroded by salt.")),
    "choir.odt": odt("<text:p>The choir sings in St Brannoc’s church in March.</text:p>"),
    "moths.epub": epub({"1.xhtml": "<h1>Moths</h1><p>The lamp drew 312 moths in July.</p>"}),
    "lease.rtf": rb"{\rtf1\ansi The rowing club pays a rent of 1,850 pounds.\par}",
    "comet.pdf": pdf(
        wrapped(70, 700, "The probe carried six instruments to the comet."),
        lines(70, 700, "The lander sent pictures for 57 min-", "utes from the crater."),
    ),
    "boots.csv": b"title,text\nBoots,The laces of the boots broke on Rannoch Moor.\n",
    "trains.tsv": b"train\tplatform\tfirst stop\nRB 61\t4\tLindau\n",
    "tickets.jsonl": b'{"text": "Restarting the spooler mended the printer."}\n',
    "old.zip": packed({"2024/ferry.txt": "The ferry to Skarholm leaves at dawn."}),
    "otters.html": PAGE.encode(),
    "clock.mhtml": SNAPSHOT.encode(),
    "pump.eml": mail(),
}

CASES = [
    ("beds.txt", "Who brought manure to the allotment?", "Mrs Okafor"),
    ("bread.md", "How long does the loaf bake with the lid on?", "22 minutes"),
    ("bridge.docx", "What corroded the bearings of the bridge?", "salt"),
    ("choir.odt", "Where does the choir sing in March?", "St Brannoc’s church"),
    ("moths.epub", "How many moths did the lamp draw?", "312 moths"),
    ("lease.rtf", "What rent does the rowing club pay?", "1,850 pounds"),
    ("comet.pdf", "How long did the lander send pictures?", "57 minutes"),
    ("boots.csv/1", "Where did the laces of the boots break?", "Rannoch Moor"),
    ("trains.tsv", "On which platform is the train RB 61?", "RB 61\t4"),
    ("tickets.jsonl/1", "What mended the printer?", "Restarting the spooler"),
    ("old.zip/2024/ferry.txt", "When does the ferry to Skarholm leave?", "at dawn"),
    ("otters.html", "Who counted the otters at the mill?", "Warden Colin Frayne"),
    ("clock.mhtml", "Who rebuilt the escapement?", "Amrit Sandhu"),
    ("pump.eml", "Who delivers the pump?", "Brahe Logistics"),
]


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder = tmp_path_factory.mktemp("kinds")
    sources = folder / "sources"
    sources.mkdir()
    for name, content in FILES.items():
        if is_known(name):
            (sources / name).write_bytes(content)
    settings = Settings(sources=sources, store=folder / "store")
    built = build(settings)
    assert built.failures == ()
    verify(settings)
    return Assistant(settings)


def test_every_kind_is_here() -> None:
    assert {suffix_of(name) for name in FILES} >= {*known_suffixes()} - ALIKE


@pytest.mark.parametrize(("document_id", "question", "gold"), CASES)
def test_a_question_is_answered_from_its_place(
    document_id: str, question: str, gold: str, assistant: Assistant
) -> None:
    answer: Answer = assistant.ask(question)
    assert answer.answered
    citation = next(one for one in answer.citations if gold in one.quote)
    assert citation.document_id == document_id
    text = assistant.document(document_id).text
    assert citation.quote == text[citation.span.start : citation.span.end]


def test_the_page_of_a_quote_is_given(assistant: Assistant) -> None:
    answer = assistant.ask("How long did the lander send pictures?")
    assert [one.page for one in answer.citations] == [2]
