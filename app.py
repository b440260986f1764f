"""Start Pullquote: read the settings, serve the page."""

import sys

from assistant import cli


def main() -> int:
    """Run until interrupted; the exit status."""
    return cli.main(["page", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
