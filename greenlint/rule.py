# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The words a rule speaks: Rule, Hit, Fix, Edit, and the cases of severity, safety and proof.

Importing this module does not import libcst: the facts about a rule are read far more often
(by every warm run, by ``rule --list``) than its checks are run.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, TypeVar

from greenlint.errors import PluginError
from greenlint.messages import Message, as_message

if TYPE_CHECKING:
    import ast

    import libcst as cst

    from greenlint.here import Here
    from greenlint.origins import Origins

#: A place in a tree: of LibCST for a rule on one file, of `ast` for a rule across files.
Node: TypeAlias = "cst.CSTNode | ast.AST"


class Severity(StrEnum):
    """How much a finding matters; ``--fail-on`` draws the line."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return ("error", "warning", "note").index(self.value)


class Confidence(StrEnum):
    """How sure a finding is of its own premises."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def rank(self) -> int:
        """0 for the surest."""
        return ("high", "medium", "low").index(self.value)


class Proof(StrEnum):
    """What stands behind a rule: our measurement, another's, or the mechanism alone."""

    MEASURED = "measured"
    PUBLISHED = "published"
    REASONED = "reasoned"

    @property
    def rank(self) -> int:
        """0 for the strongest."""
        return ("measured", "published", "reasoned").index(self.value)


class Safety(StrEnum):
    """SAFE: behaviour provably stays.  UNSAFE: it stays under a condition that the page states."""

    SAFE = "safe"
    UNSAFE = "unsafe"


class Lifecycle(StrEnum):
    """Where a rule stands: only stable rules are on by default."""

    PREVIEW = "preview"
    STABLE = "stable"
    DEPRECATED = "deprecated"


# The rooms: first and last number of a code -> its category, which is a --select word, too.
ROOMS: tuple[tuple[int, int, str], ...] = (
    (100, 149, "loops"),
    (150, 199, "containers"),
    (200, 249, "memory"),
    (250, 299, "strings"),
    (300, 349, "database"),
    (350, 399, "network"),
    (400, 499, "data"),
    (500, 599, "models"),
    (600, 649, "waiting"),
    (650, 699, "concurrency"),
    (700, 749, "startup"),
    (750, 799, "calls"),
    (800, 849, "logging"),
    (850, 899, "caching"),
    (900, 999, "greenlint"),
)

CODE = re.compile(r"[A-Z]{3,5}[0-9]{3}\Z")
# Category -> what its rules say is sent again and again.
_CONFIRMED_BY = {"database": "query", "network": "request"}
DOCS_URL = "https://greenlint.readthedocs.io/rules/"


def category_of(code: str) -> str:
    """The room of a code: ``GRN301`` is "database"; a plugin's own prefix is its category."""
    if not code.startswith("GRN"):
        return code[:-3].lower()
    number = int(code[3:])
    return next(name for first, last, name in ROOMS if first <= number <= last)


class Option(NamedTuple):
    """A rule's own setting in ``[tool.greenlint.rules.CODE]``: typed by its default."""

    name: str
    default: bool | int | float | str
    help: str


class Edit(NamedTuple):
    """Replace the source of `node`, or the span from `node` to the end of `until`, with `text`.

    The span of an expression leaves out its own parentheses.
    """

    node: Node
    text: str
    until: Node | None = None


class Fix(NamedTuple):
    """Edits that belong together, the sentence that says what they do, and how safe they are."""

    message: str | Message
    edits: tuple[Edit, ...]
    safety: Safety = Safety.SAFE


class Related(NamedTuple):
    """Another place that the finding speaks of, with the few words shown there; `path` names the
    file where it is not the one that is judged.
    """

    node: Node
    message: str | Message
    path: str = ""


class Hit(NamedTuple):
    """What a check saw: the node, the sentence about this line, and perhaps the way to fix it.

    `help` overrides the rule's standing advice; `confidence` overrides the rule's own.
    """

    node: Node
    message: str | Message
    fix: Fix | None = None
    help: str | Message = ""
    confidence: Confidence | None = None
    related: tuple[Related, ...] = ()


Check = Callable[[Any, "Here"], Iterable[Hit]]
C = TypeVar("C", bound=Check)
# A check across files gets one file (greenlint.project.project.Unit), its project and the options.
CheckAcross = Callable[[Any, Any, "Options"], Iterable[Hit]]
A = TypeVar("A", bound=CheckAcross)
# A check at run time gets what tests sent from one place (greenlint.seen.Seen), and the options.
CheckSeen = Callable[[Any, "Options"], Iterable[Any]]
S = TypeVar("S", bound=CheckSeen)
# A glance gets a node of `ast`, and whether a loop may repeat it within its function.  Where its
# answer hangs on what a name holds, it is a question, asked when the whole file has been seen.
Question = Callable[["Origins"], bool]
Glance = Callable[[Any, bool], bool | Question]
G = TypeVar("G", bound=Glance)


@dataclass(frozen=True, slots=True)
class RuleInfo:
    """The facts about a rule: everything but its checks.  Picklable, and cheap to read.

    `needles`: a file holding none of these byte strings cannot have a hit, and is not offered.
    `page`: the Markdown page beside the rule, if there is one; `proof` and `summary` follow from
    it and from nothing else.  `module`: where the checks live.
    """

    code: str
    name: str
    severity: Severity = Severity.WARNING
    confidence: Confidence = Confidence.HIGH
    aliases: tuple[str, ...] = ()
    needles: tuple[bytes, ...] = ()
    since: str = ""
    lifecycle: Lifecycle = Lifecycle.PREVIEW
    fix: Safety | None = None
    help: str = ""
    options: tuple[Option, ...] = ()
    tests: bool = True
    opt_in: bool = False
    across: bool = False
    alone: bool = True
    run_time: bool = False
    repeats: bool = True
    site: str = ""
    summary: str = ""
    proof: Proof = Proof.REASONED
    page: Path | None = None
    module: str = ""

    @property
    def category(self) -> str:
        """The room's name."""
        return category_of(self.code)

    @property
    def confirmed_by(self) -> str:
        """What confirms a finding when a test sends it again and again from its line: "query",
        "request", or "" where that says nothing of it.
        """
        return _CONFIRMED_BY.get(self.category, "") if self.repeats else ""

    @property
    def url(self) -> str:
        """Where the page is published; "" for a plugin's rule that does not say."""
        return self.site or (f"{DOCS_URL}{self.code}" if self.code.startswith("GRN") else "")

    @property
    def default(self) -> bool:
        """On without being asked for: stable, and proven by at least a publication."""
        return (
            self.lifecycle is Lifecycle.STABLE
            and self.proof is not Proof.REASONED
            and not self.opt_in
        )


@dataclass(slots=True)
class Rule:
    """A rule: its facts, and the checks registered on it by node class with ``@RULE.on``.

    Arguments are literals, so that the facts can be read without running the module.
    `severity`, `confidence` and `lifecycle` may be given as plain words.  `fix` is "safe" or
    "unsafe" when the rule can fix (its safest offer), `tests=False` leaves test files alone,
    `opt_in=True` keeps even a stable rule out of the default selection, `across=True` says that
    the rule has checks on the whole project (``@RULE.across_files``), `alone=False` that it has
    none on a file by itself, for which its module then is not imported, `run_time=True` that it has
    checks on what a stored run saw (``@RULE.at_run_time``), `whole_file=True` that its checks read
    functions in which its glances say nothing, such as those that call this one, `repeats=False`
    that its findings are not about what is sent again and again, so that tests that do so confirm
    none, `url` where a plugin publishes the rule's page.

    Raises PluginError for a code or word that does not exist.
    """

    code: str
    name: str
    severity: str = "warning"
    confidence: str = "high"
    aliases: tuple[str, ...] = ()
    needles: tuple[bytes, ...] = ()
    since: str = ""
    lifecycle: str = "preview"
    fix: str | None = None
    help: str = ""
    options: tuple[Option, ...] = ()
    tests: bool = True
    opt_in: bool = False
    across: bool = False
    alone: bool = True
    run_time: bool = False
    whole_file: bool = False
    repeats: bool = True
    url: str = ""
    checks: list[tuple[type[cst.CSTNode], Check]] = field(default_factory=list)
    checks_across: list[CheckAcross] = field(default_factory=list)
    checks_seen: list[CheckSeen] = field(default_factory=list)
    glances: list[tuple[type[ast.AST] | str, Glance]] = field(default_factory=list)

    def __post_init__(self) -> None:
        if not CODE.match(self.code):
            raise PluginError(
                "Rule code {code} of rule {name} is not three to five capital letters "
                "and three digits, such as ACME101.",
                code=repr(self.code),
                name=repr(self.name),
            )
        self.info()

    def on(self, *kinds: type[cst.CSTNode]) -> Callable[[C], C]:
        """Register a check for one or more node classes."""

        def register(check: C) -> C:
            self.checks.extend((kind, check) for kind in kinds)
            return check

        return register

    def glance(self, *kinds: type[ast.AST], words: Collection[str] = ()) -> Callable[[G], G]:
        """Register a glance, which says of a node of `ast` whether the checks could find anything
        because of it.  A file without a yes is not parsed for this rule.

        It is offered nodes of these kinds, and calls of something whose last word is one of
        `words`, or a name that an import gives one of them; names and constants are not offered.
        A yes too many costs time, a no too many loses findings.  Where the answer hangs on what a
        name holds, it is a question about `Origins`.  A rule without glances is
        asked about every file that holds a needle.

        Where a file is parsed, functions without a yes of any rule come without their bodies,
        unless a rule with a yes says `whole_file`.
        """

        def register(glance: G) -> G:
            keys: tuple[type[ast.AST] | str, ...] = (*kinds, *words)
            self.glances.extend((key, glance) for key in keys)
            return glance

        return register

    def across_files(self, check: A) -> A:
        """Register a check that is given each file once the whole project is known.

        Its hits hold nodes of `ast`; those of other files stand in `Related` with their path.
        """
        self.checks_across.append(check)
        return check

    def at_run_time(self, check: S) -> S:
        """Register a check that is given what tests sent from a place (greenlint.seen.Seen) where
        no other rule of the same category finds anything; it yields greenlint.seen.Told.
        """
        self.checks_seen.append(check)
        return check

    def info(self, **more: Any) -> RuleInfo:
        """The facts as a value; `more` adds what the page says."""
        try:
            return RuleInfo(
                code=self.code,
                name=self.name,
                severity=Severity(self.severity),
                confidence=Confidence(self.confidence),
                aliases=tuple(self.aliases),
                needles=tuple(self.needles),
                since=self.since,
                lifecycle=Lifecycle(self.lifecycle),
                fix=Safety(self.fix) if self.fix else None,
                help=self.help,
                options=tuple(self.options),
                tests=self.tests,
                opt_in=self.opt_in,
                across=self.across,
                alone=self.alone,
                run_time=self.run_time,
                repeats=self.repeats,
                site=self.url,
                **more,
            )
        except ValueError as error:
            raise PluginError(
                "Rule {code} ({name}): {why}.", code=self.code, name=self.name, why=error
            ) from None


Options = Mapping[str, bool | int | float | str]
__all__ = [
    "Check",
    "CheckAcross",
    "Confidence",
    "Edit",
    "Fix",
    "Glance",
    "Hit",
    "Lifecycle",
    "Message",
    "Node",
    "Option",
    "Options",
    "Proof",
    "Question",
    "Related",
    "Rule",
    "RuleInfo",
    "Safety",
    "Severity",
    "as_message",
    "category_of",
]
