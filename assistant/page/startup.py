"""The build that runs beside what is served already, and the end of both."""

import os
import sys
import threading
from typing import TYPE_CHECKING, NoReturn, TextIO

from assistant.page.library import Startup
from index.errors import PullquoteError
from index.formats import known_suffixes
from index.invocation import index_command
from index.names import count
from index.settings import Settings

if TYPE_CHECKING:
    from index.build import BuildReport
    from index.changes import Progress

_FAILED = "The documents could not be indexed; the details are in Pullquote's log."


class StartupBuild:
    """The build that runs in a thread while the first page is already there."""

    def __init__(self, settings: Settings, to: TextIO | None = None) -> None:
        self.settings = settings
        self._to = to
        self._now = Startup(running=True)
        # A daemon, so that Ctrl-C need not wait for it: a build cut short leaves the last index.
        self._thread = threading.Thread(target=self._run, name="pullquote-build", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def now(self) -> Startup:
        """How far it has come."""
        return self._now

    def _run(self) -> None:
        from index.build import build

        outcome = Startup(problem=_FAILED)
        try:
            report = build(self.settings, on_progress=self._progressed)
        except PullquoteError as error:
            outcome = Startup(problem=str(error))
            _say(str(error), sys.stderr)
        else:
            outcome = Startup()
            _say(_built(report, self.settings), self._to or sys.stdout)
            for _, reason in report.failures:
                _say(reason, sys.stderr)
        finally:
            self._now = outcome

    def _progressed(self, progress: "Progress") -> None:
        self._now = Startup(
            running=True, stage=progress.stage, done=progress.done, total=progress.total
        )


def end_now() -> NoReturn:
    """End the process, with nothing of it left behind.

    Native threads of an unfinished build or search would make a tidy exit wait, or crash.
    """
    from index.reading import end_all
    from index.store import discard_shadows

    end_all()
    discard_shadows()
    os._exit(0)


def _say(line: str, to: TextIO) -> None:
    print(line, file=to, flush=True)


def _built(report: "BuildReport", settings: Settings) -> str:
    if report.documents or report.failures:
        return f"{count(report.documents, 'document')} indexed."
    return (
        f"Put documents into {str(settings.sources.absolute())!r} "
        f"({', '.join(known_suffixes())}), then run {index_command('build')}."
    )
