"""Index sentences as llama-index over Chroma does, with sentence-transformers for the embedding.

Run by `building.py` in a Python that has torch; imports nothing of this project. Reads JSON from
standard input, prints JSON.
"""

import json
import sys
import tempfile
import time


def main() -> None:
    """Index the sentences given, and print the seconds that it took."""
    given = json.load(sys.stdin)
    import chromadb
    from llama_index.core import StorageContext, VectorStoreIndex
    from llama_index.core.schema import TextNode
    from llama_index.embeddings.huggingface import (  # type: ignore[import-untyped]
        HuggingFaceEmbedding,
    )
    from llama_index.vector_stores.chroma import (  # type: ignore[import-untyped]
        ChromaVectorStore,
    )

    embedding = HuggingFaceEmbedding(model_name=given["weights"], device="cpu")
    embedding.get_text_embedding("warm")
    with tempfile.TemporaryDirectory() as folder:
        client = chromadb.PersistentClient(folder)
        collection = client.create_collection("sentences", embedding_function=None)
        storage = StorageContext.from_defaults(
            vector_store=ChromaVectorStore(chroma_collection=collection)
        )
        nodes = [TextNode(text=text) for text in given["sentences"]]
        started = time.perf_counter()
        VectorStoreIndex(nodes, storage_context=storage, embed_model=embedding)
        seconds = time.perf_counter() - started
    print(json.dumps({"seconds": seconds, "batch": embedding.embed_batch_size}))


if __name__ == "__main__":
    main()
