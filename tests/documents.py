"""Indexes to ask: a few written documents, or the real article with the real embedding."""

from dataclasses import replace
from pathlib import Path

import pytest

from assistant import Assistant
from index.build import build
from index.document import Document
from index.load import load_document
from index.settings import Settings
from index.sources import Source
from tests.conftest import ARTICLE

LIGHTHOUSE = """The Lamp at Skerrow Point

By Imogen Tarrant

Skerrow Light stands on a spit of black rock two miles north of Port Hallan.
The tower was built in 1847 by the engineer Josiah Penhale.
The village bought the lighthouse back from the government with money from jam.
Josiah Penhale proposed walls of granite, nine feet thick.

To book a tour, write to visits@skerrow.example or ring the Trust on 01632 960 417.
"""

MINUTES = """Minutes of the Eldermere Council

The council approved a flood scheme for Weir Street that costs three million pounds.
The Mayor reported that the swimming baths would open in May.
Councillor Brandt proposed a higher fee for allotments.
"""

FARO = """El faro de la punta

El faro se levantó en 1847 sobre una roca negra, a dos millas del puerto.
Las lámparas de los faros de la costa se encendieron por primera vez en Navidad.
El pueblo recuperó la torre con el dinero que ganó con la venta de mermelada.
"""

LEUCHTTURM = """Der Leuchtturm an der Spitze

Der Leuchtturm wurde 1851 auf einem schwarzen Felsen gebaut, zwei Meilen vor dem Hafen.
Die Häuser der Wärter stehen seit dem Sturm leer und sollen im Mai wieder bewohnt werden.
Das Dorf kaufte den Turm mit dem Geld zurück, das es mit Marmelade verdient hatte.
"""


def index_of(settings: Settings, **documents: str) -> Assistant:
    """Index texts by name and open an assistant over them."""
    settings.sources.mkdir(exist_ok=True)
    for name, text in documents.items():
        (settings.sources / f"{name}.txt").write_bytes(text.encode("utf-8"))
    build(settings)
    return Assistant(settings)


def article_settings(folder: Path) -> Settings:
    """Index the real article with the real embedding."""
    settings = Settings(sources=ARTICLE.parent, store=folder / "store")
    build(settings)
    return settings


def described(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, **documents: tuple[str, dict[str, str]]
) -> Assistant:
    """Index texts by name, each with what its document says of itself."""
    load = load_document

    def load_described(source: Source) -> Document:
        return replace(load(source), metadata=documents[source.name.removesuffix(".txt")][1])

    monkeypatch.setattr("index.load.load_document", load_described)
    return index_of(settings, **{name: text for name, (text, _) in documents.items()})
