# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The files on the desk: of each open buffer the newest version, checked off the loop.

Two threads do the work, one for each worker of `Checks`.  A version that was overtaken before its
turn is not checked, and one that is overtaken during it is told nobody.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from greenlint.discover import SUFFIXES
from greenlint.errors import GreenlintError
from greenlint.result import Outcome
from greenlint.server.checks import Checks
from greenlint.server.opened import Opened, bytes_of, judged
from greenlint.server.places import Places

if TYPE_CHECKING:
    from greenlint.check import Checker
    from greenlint.config import Config
    from greenlint.server.ways import Setup, Ways

T = TypeVar("T")

# Seconds that a checked buffer waits for what the rules across files say, before it is told
# without: for as long their findings of the last version stay in place.
_TOGETHER = 1.0


class Buffer(NamedTuple):
    """A buffer as the client has it now."""

    uri: str
    path: str
    text: str
    version: int | None
    encoding: str


class Desk:
    """Checks buffers; `tell` gets each result, and None for one that is not to be checked;
    `complain` gets sentences for the user, each once.
    """

    def __init__(
        self,
        ways: Ways,
        tell: Callable[[str, Opened | None], None],
        complain: Callable[[str], None],
    ) -> None:
        self._ways = ways
        self._tell = tell
        self._complain = complain
        self._checks = Checks()
        self._alone = ThreadPoolExecutor(1, "alone")
        self._across = ThreadPoolExecutor(1, "across")
        self._setups: dict[Config, Setup] = {}
        self._by_folder: dict[Path, Setup] = {}
        self._checkers: dict[Setup, Checker] = {}
        self._complained: set[str] = set()
        self.held: dict[str, Opened] = {}

    async def check(self, buffer: Buffer, *, anew: bool = False) -> Opened | None:
        """Check a buffer and tell of it; `anew` says that it was opened or saved, so that the
        configuration and the project may be others.
        """
        found = await self._in(self._alone, self._opened, buffer, anew)
        if found is None:
            self.held.pop(buffer.uri, None)
            self._tell(buffer.uri, None)
            return None
        if not found.parsed:
            return self._done(found)
        more = asyncio.ensure_future(self._in(self._across, self._with_more, found, anew))
        try:
            done, _ = await asyncio.wait({more}, timeout=_TOGETHER)
            if not done:
                self._done(found)
            return self._done(await more)
        finally:
            more.cancel()  # where this was overtaken: its turn has perhaps not come

    def _done(self, found: Opened) -> Opened:
        self.held[found.uri] = found
        self._tell(found.uri, found)
        return found

    def close(self, uri: str) -> None:
        """A buffer is no longer open: its file counts as it is on disk."""
        found = self.held.pop(uri, None)
        if found is not None:
            self._across.submit(self._from_disk, found)

    def changed(self, *, whole: bool) -> None:
        """Files changed on disk; `whole` where they are no Python files, but templates."""
        self._across.submit(self._stale, whole)

    async def fresh(self, buffer: Buffer) -> Opened | None:
        """The buffer as it is now, checked."""
        held = self.held.get(buffer.uri)
        if held is not None and held.version == buffer.version:
            return held
        return await self.check(buffer)

    async def off_loop(self, work: Callable[[], T]) -> T:
        """Work on what was checked, where it disturbs nobody."""
        return await self._in(self._alone, work)

    def checker(self, setup: Setup) -> Checker:
        """The rules of single files, in this process, for texts that were parsed already."""
        if setup not in self._checkers:
            self._checkers[setup] = setup.plan.checker()
        return self._checkers[setup]

    def end(self) -> None:
        """End the workers; what is under way is left."""
        for executor in (self._alone, self._across):
            executor.shutdown(wait=False, cancel_futures=True)
        self._checks.close()

    async def _in(self, executor: ThreadPoolExecutor, work: Callable[..., T], *args: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(executor, partial(work, *args))

    # -- in the first thread -------------------------------------------------------------------

    def _opened(self, buffer: Buffer, anew: bool) -> Opened | None:
        path = Path(buffer.path)
        setup = self._setup(path.parent, anew)
        if setup is None or not path.name.endswith(SUFFIXES) or not setup.checks(path):
            return None
        job = setup.given(buffer.path, bytes_of(path.name, buffer.text))
        result = self._checks.alone(setup, job)
        places = Places(buffer.text, buffer.encoding)
        found = judged(buffer.uri, buffer.version, places, setup, job, {job.name: result})
        for problem in found.problems:
            self._say(problem)
        return found

    def _setup(self, folder: Path, anew: bool) -> Setup | None:
        """What holds in a folder; what held before, while the configuration is broken."""
        held = self._by_folder.get(folder)
        if held is not None and not anew:
            return held
        try:
            config = self._ways.config(folder)
            if config not in self._setups:
                self._setups[config] = self._ways.setup(config)
                self._complained.clear()
        except GreenlintError as error:
            self._say(error.said(self._ways.language))
            return held
        self._by_folder[folder] = found = self._setups[config]
        return found

    def _say(self, sentence: str) -> None:
        if sentence not in self._complained:
            self._complained.add(sentence)
            self._complain(sentence)

    # -- in the second thread ------------------------------------------------------------------

    def _with_more(self, found: Opened, anew: bool) -> Opened:
        if anew and self._checks.knows(found.setup):
            self._checks.look_again(found.setup)
        opened = {one.job.name for one in self.held.copy().values() if one.setup is found.setup}
        more = self._checks.across(found.setup, found.job, {*opened, found.job.name})
        if more is None or more.outcome is Outcome.FAILED:
            return found
        whole = found.with_more(more)
        for problem in whole.problems:
            self._say(problem)
        return whole

    def _from_disk(self, found: Opened) -> None:
        if self._checks.knows(found.setup) and found.job.path.is_file():
            self._checks.across(found.setup, found.job._replace(raw=None))
            self._checks.look_again(found.setup)

    def _stale(self, whole: bool) -> None:
        for setup in list(self._setups.values()):
            (self._checks.forget if whole else self._checks.look_again)(setup)
