"""Start Pullquote: read the settings, serve the page."""

import argparse
import sys

from index.errors import PullquoteError
from index.settings import Settings


def main() -> int:
    """Run until interrupted; the exit status."""
    parser = argparse.ArgumentParser(
        prog="app.py",
        description="Ask your documents. Get answers in their own words, at http://127.0.0.1:7860.",
        epilog="Every option can also be set as PULLQUOTE_SOURCES, PULLQUOTE_STORE and so on.",
    )
    parser.add_argument("--sources", metavar="FOLDER", help="the documents (default: seeds)")
    parser.add_argument("--store", metavar="FOLDER", help="the index (default: .pullquote)")
    parser.add_argument(
        "--host", help="address to listen on (default: 127.0.0.1); others need PULLQUOTE_TOKEN"
    )
    parser.add_argument("--port", help="port to listen on (default: 7860)")
    options = parser.parse_args()
    try:
        settings = Settings.from_env(**vars(options))
        from assistant.page.serve import serve

        return serve(settings)
    except PullquoteError as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
