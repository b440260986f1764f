"""XQuAD → question sets: the same paragraphs and questions in several languages.

XQuAD (google-deepmind/xquad, CC BY-SA 4.0) is 240 paragraphs of SQuAD 1.1's development set with
1,190 questions, and their translation by professionals into other languages.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.data import DataError

XQUAD = "xquad_"
"""How the names of its sets begin; the language follows."""


def convert(folder: Path, out: Path, languages: Sequence[str]) -> dict[str, int]:
    """Write a question set for each language, from the files as they are published.

    Args:
        folder: Holds `xquad.LANGUAGE.json`.
        out: Gets a folder `xquad_LANGUAGE` each.
        languages: Their codes.

    Returns:
        How many questions each set has.

    Raises:
        DataError: A file is missing or is not XQuAD's.
    """
    return {language: _convert(folder, out, language) for language in languages}


def _convert(folder: Path, out: Path, language: str) -> int:
    path = folder / f"xquad.{language}.json"
    try:
        articles = json.loads(path.read_text("utf-8"))["data"]
        pairs = list(_paragraphs(articles))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(f"{str(path)!r} is not a file of XQuAD: {error}.") from error
    target = out / f"{XQUAD}{language}"
    target.mkdir(parents=True, exist_ok=True)
    questions = [question for _, asked in pairs for question in asked]
    _write(target / "docs.jsonl", [document for document, _ in pairs])
    _write(target / "questions.jsonl", questions)
    return len(questions)


def _paragraphs(articles: list[Any]) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Each paragraph as a document, with its questions; the same ids in every language."""
    for number, article in enumerate(articles):
        for place, paragraph in enumerate(article["paragraphs"]):
            document_id = f"{number:02}-{place}"
            yield (
                {"doc_id": document_id, "title": f"{number:02}", "text": paragraph["context"]},
                [_question(one, document_id) for one in paragraph["qas"]],
            )


def _question(row: dict[str, Any], document_id: str) -> dict[str, Any]:
    spans = [
        {"doc_id": document_id, "start": start, "end": start + len(answer["text"])}
        for answer in row["answers"]
        for start in [int(answer["answer_start"])]
    ]
    return {
        "qid": row["id"],
        "question": row["question"],
        "doc_ids": [document_id],
        "spans": spans,
        "answerable": True,
    }


def _write(path: Path, rows: list[dict[str, Any]]) -> None:
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    path.write_text("\n".join(lines) + "\n", "utf-8")
