"""The build that runs in a thread beside the page: at the start, and whenever it is asked for."""

import logging
import os
import sys
import threading
from typing import TYPE_CHECKING, NoReturn, TextIO

from assistant.page.documents.library import Startup
from index.errors import PullquoteError
from index.formats import known_suffixes
from index.invocation import index_command
from index.names import count
from index.settings import Settings

if TYPE_CHECKING:
    from index.build import BuildReport
    from index.changes import Progress

_log = logging.getLogger(__name__)

_FAILED = "The documents could not be indexed; the details are in Pullquote's log."


class Builder:
    """Brings the index in step, one build after the other."""

    def __init__(self, settings: Settings, to: TextIO | None = None) -> None:
        """Make one that tells on standard output, or elsewhere, what it has done."""
        self.settings = settings
        self._to = to
        self._now = Startup(running=True)
        self._lock = threading.Lock()
        self._runs = self._again = False

    def start(self) -> None:
        """Begin; if a build is running, there will be another after it."""
        with self._lock:
            self._again = self._runs
            if self._runs:
                return
            self._runs = True
            self._now = Startup(running=True)
        # A daemon, so that Ctrl-C need not wait for it: a build cut short leaves the last index.
        threading.Thread(target=self._run, name="pullquote-build", daemon=True).start()

    def now(self) -> Startup:
        """How far it has come."""
        return self._now

    def _run(self) -> None:
        over = False
        while not over:
            try:
                outcome = self._built()
            except Exception:  # noqa: BLE001 - whatever it is, the page stays and can try again
                _log.exception("the build failed")
                outcome = Startup(problem=_FAILED)
            over = self._is_over(outcome)

    def _is_over(self, outcome: Startup) -> bool:
        """Whether nothing has asked for another build since this one began."""
        with self._lock:
            self._runs, self._again = self._again, False
            if not self._runs:
                self._now = outcome
            return not self._runs

    def _built(self) -> Startup:
        from index.build import build

        try:
            report = build(self.settings, on_progress=self._progressed)
        except PullquoteError as error:
            say(str(error), sys.stderr)
            return Startup(problem=str(error))
        say(_outcome(report, self.settings), self._to or sys.stdout)
        for _, reason in report.failures:
            say(reason, sys.stderr)
        return Startup()

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


def say(line: str, to: TextIO = sys.stdout) -> None:
    """Tell whoever started Pullquote."""
    print(line, file=to, flush=True)


def _outcome(report: "BuildReport", settings: Settings) -> str:
    if report.documents or report.failures:
        return f"{count(report.documents, 'document')} indexed."
    return (
        f"Put documents into {str(settings.sources.absolute())!r} "
        f"({', '.join(known_suffixes())}), then run {index_command('build')}."
    )
