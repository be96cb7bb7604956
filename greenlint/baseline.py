# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The baseline: findings accepted on a day, subtracted by fingerprint, so that only new ones fail.

The file has one entry on a line, sorted, with POSIX paths and without line numbers, so that
branches merge.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from greenlint.atomic import write as write_whole
from greenlint.errors import ConfigError, GreenlintError
from greenlint.finding import Finding
from greenlint.messages import Message, say
from greenlint.version import __version__

VERSION = 1
SCHEMA = f"https://greenlint.readthedocs.io/schema/baseline-v{VERSION}.json"

_SCHEMA = re.compile(r"https://greenlint\.readthedocs\.io/schema/baseline-v([0-9]+)\.json")
_FINGERPRINT = re.compile(r"[0-9a-f]{16}")
# A file that could not be checked is no finding to get used to.
_NEVER = ("GRN997", "GRN999")


@dataclass(frozen=True, slots=True)
class BaselineEntry:
    """A finding that was accepted: `count` equal ones, and why."""

    fp: str
    rule: str
    path: str
    symbol: str = ""
    count: int = 1
    reason: str = ""

    @property
    def sort_key(self) -> tuple[str, str, str, str]:
        """The order in the file."""
        return (self.path, self.rule, self.symbol, self.fp)


@dataclass(frozen=True, slots=True)
class Baseline:
    """The accepted findings, in order; `tool` and `created` say by what and when it was begun."""

    entries: tuple[BaselineEntry, ...] = ()
    tool: str = f"greenlint {__version__}"
    created: str = ""


class Subtracted(NamedTuple):
    """Findings parted by a baseline: `known` ones come with the reason in their entry.

    `stale` are entries, with the count that is too much, whose finding is gone.
    """

    new: list[Finding]
    known: list[tuple[Finding, str]]
    stale: tuple[BaselineEntry, ...]


def create(findings: Iterable[Finding], *, today: date, reason: str = "") -> Baseline:
    """A baseline that accepts these findings."""
    return Baseline(_sorted(_entries(findings, reason)), created=today.isoformat())


def _entries(findings: Iterable[Finding], reason: str) -> Iterator[BaselineEntry]:
    accepted = [finding for finding in findings if finding.code not in _NEVER]
    counts = Counter(finding.fingerprint for finding in accepted)
    for one in {finding.fingerprint: finding for finding in accepted}.values():
        count = counts[one.fingerprint]
        yield BaselineEntry(one.fingerprint, one.code, one.path, one.symbol, count, reason)


def _sorted(entries: Iterable[BaselineEntry]) -> tuple[BaselineEntry, ...]:
    return tuple(sorted(entries, key=lambda entry: entry.sort_key))


def _there(_: str) -> bool:
    return True


def subtract(
    findings: Iterable[Finding],
    baseline: Baseline,
    checked: Collection[str],
    *,
    active: Collection[str] | None = None,
    exists: Callable[[str], bool] = _there,
) -> Subtracted:
    """Part the findings into new and known.

    An entry is stale when less matched it than it accepts, and its finding was looked for: its
    path is in `checked`, or does not exist any more, and its rule is in `active` (None: all).
    """
    left = {entry.fp: entry.count for entry in baseline.entries}
    reasons = {entry.fp: entry.reason for entry in baseline.entries}
    new, known = [], []
    for finding in findings:
        if left.get(finding.fingerprint, 0):
            left[finding.fingerprint] -= 1
            known.append((finding, reasons[finding.fingerprint]))
        else:
            new.append(finding)
    stale = tuple(
        replace(entry, count=left[entry.fp])
        for entry in baseline.entries
        if left[entry.fp]
        and (active is None or entry.rule in active)
        and (entry.path in checked or not exists(entry.path))
    )
    return Subtracted(new, known, stale)


def prune(baseline: Baseline, stale: Iterable[BaselineEntry]) -> Baseline:
    """The baseline without what is stale."""
    gone = {entry.fp: entry.count for entry in stale}
    entries = (
        replace(entry, count=entry.count - gone.get(entry.fp, 0)) for entry in baseline.entries
    )
    return replace(baseline, entries=tuple(entry for entry in entries if entry.count > 0))


def update(
    baseline: Baseline,
    findings: Iterable[Finding],
    checked: Collection[str],
    *,
    reason: str = "",
    active: Collection[str] | None = None,
    exists: Callable[[str], bool] = _there,
) -> Baseline:
    """The baseline that accepts today's findings: new ones with `reason`, without what is stale.

    Entries that are still needed keep their reason, and those of files not checked stay.
    """
    accepted = [finding for finding in findings if finding.code not in _NEVER]
    new, _, stale = subtract(accepted, baseline, checked, active=active, exists=exists)
    entries = {entry.fp: entry for entry in prune(baseline, stale).entries}
    for entry in _entries(new, reason):
        held = entries.get(entry.fp)
        more = replace(held, count=held.count + entry.count) if held else entry
        entries[entry.fp] = more
    return replace(baseline, entries=_sorted(entries.values()))


def write(path: Path, baseline: Baseline) -> None:
    """Write the file, whole or not at all; raises FixError where that cannot be done."""
    write_whole(path, render(baseline).encode())


def render(baseline: Baseline) -> str:
    """The text of the file."""
    head = {"schema": SCHEMA, "tool": baseline.tool, "created": baseline.created}
    lines = [f"  {_json(name)}: {_json(value)}," for name, value in head.items()]
    entries = [f"    {_json(asdict(entry))}" for entry in _sorted(baseline.entries)]
    listed = "[\n" + ",\n".join(entries) + "\n  ]" if entries else "[]"
    return "\n".join(["{", *lines, f'  "findings": {listed}', "}", ""])


def _json(value: object) -> str:
    """Readable letters, but for those that UTF-8 cannot say (names of files can hold them)."""
    text = json.dumps(value, ensure_ascii=False)
    return json.dumps(value) if any("\ud800" <= letter <= "\udfff" for letter in text) else text


def read(path: Path) -> Baseline:
    """The baseline in a file; ConfigError says what is wrong with it and what to do."""
    try:
        return _baseline(json.loads(path.read_text("utf-8-sig")))
    except FileNotFoundError:
        raise ConfigError(
            "There is no baseline {path}. Make it with `greenlint baseline create`, or use "
            "--no-baseline.",
            path=path,
        ) from None
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise ConfigError("Cannot read the baseline {path}: {why}.", path=path, why=why) from None
    except _Unfit as error:
        raise ConfigError("The baseline {path} cannot be used: ", *error.parts, path=path) from None
    except (ValueError, RecursionError) as error:
        raise ConfigError(
            "The baseline {path} is damaged: ", *_damage(path, error), path=path
        ) from None


class _Unfit(GreenlintError):
    """JSON, but no baseline of ours."""


_AGAIN = say(
    "Restore it from version control, or make it anew: `greenlint baseline create --force`."
)


def _damage(path: Path, error: Exception) -> Iterator[str | Message]:
    raw = path.read_bytes()
    if re.search(rb"^(<{7}|>{7}) ", raw, re.MULTILINE):
        yield say(
            "it holds the marks of a merge conflict. Keep the lines of both sides, then run "
            "`greenlint baseline update`."
        )
        return
    if isinstance(error, json.JSONDecodeError):
        line, column, why = error.lineno, error.colno, error.msg.lower()
        yield say("line {line}, column {column}: {why}. ", line=line, column=column, why=why)
    elif isinstance(error, UnicodeDecodeError):
        yield say("byte {place} is not UTF-8. ", place=error.start)
    else:
        yield say("it is not JSON that can be read. ")
    yield _AGAIN


def _baseline(data: Any) -> Baseline:
    if not isinstance(data, dict):
        raise _Unfit("it holds {kind}, not an object. ", _AGAIN, kind=_kind(data))
    _check_schema(data)
    listed = data.get("findings")
    if not isinstance(listed, list):
        raise _Unfit('its "findings" is {kind}, not an array. ', _AGAIN, kind=_kind(listed))
    entries: dict[str, BaselineEntry] = {}
    for number, one in enumerate(listed):
        entry = _entry(one, number)
        # A merge can leave an entry of both sides: it is accepted as often as either says.
        held = entries.get(entry.fp)
        entries[entry.fp] = max(held, entry, key=lambda e: e.count) if held else entry
    tool, created = str(data.get("tool", "")), str(data.get("created", ""))
    return Baseline(_sorted(entries.values()), tool, created)


def _check_schema(data: dict[str, Any]) -> None:
    schema = data.get("schema")
    found = _SCHEMA.fullmatch(schema) if isinstance(schema, str) else None
    if found is None:
        raise _Unfit(
            'its "schema" is {schema}, not "{ours}". Is it a file of greenlint? Name the right one '
            "with --baseline, or make it with `greenlint baseline create`.",
            schema=json.dumps(schema),
            ours=SCHEMA,
        )
    if int(found[1]) > VERSION:
        raise _Unfit(
            "it is of version {version}, written by {tool}; this greenlint ({own}) reads version "
            "{known}. Update greenlint.",
            version=found[1],
            tool=data.get("tool", "a newer greenlint"),
            own=__version__,
            known=VERSION,
        )


def _entry(one: Any, number: int) -> BaselineEntry:
    at = f"findings[{number}]"
    if not isinstance(one, dict):
        raise _Unfit("{entry} is {kind}, not an object. ", _AGAIN, entry=at, kind=_kind(one))
    for name in ("fp", "rule", "path", "symbol", "reason"):
        value = one.get(name, "" if name in ("symbol", "reason") else None)
        if not isinstance(value, str):
            raise _Unfit('{entry} needs "{name}" as a string. ', _AGAIN, entry=at, name=name)
    if not _FINGERPRINT.fullmatch(one["fp"]):
        wrong = repr(one["fp"])
        raise _Unfit('{entry} has "fp" {value}, not 16 hex digits. ', _AGAIN, entry=at, value=wrong)
    count = one.get("count", 1)
    if type(count) is not int or count < 1:
        wrong = json.dumps(count)
        raise _Unfit('{entry} has "count" {value}, not 1 or more. ', _AGAIN, entry=at, value=wrong)
    return BaselineEntry(
        one["fp"], one["rule"], one["path"], one.get("symbol", ""), count, one.get("reason", "")
    )


def _kind(value: object) -> str:
    kinds = {list: "an array", dict: "an object", str: "a string", type(None): "missing"}
    return kinds.get(type(value), f"the {type(value).__name__} {value!r}")
