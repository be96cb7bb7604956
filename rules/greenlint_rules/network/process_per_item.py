# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A process that a loop starts for each item."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst
from greenlint_rules.glances import calls_of
from greenlint_rules.outside import PROCESSES
from greenlint_rules.turns import is_minor, leaves

from greenlint.here import Here, Loop
from greenlint.messages import Message, say
from greenlint.rule import Confidence, Hit, Related, Rule
from greenlint.scope import How
from greenlint.walk import within

RULE = Rule(
    code="GRN356",
    name="process-per-item",
    severity="warning",
    needles=(b"subprocess", b"os.system", b"os.popen"),
    since="0.1.0",
    lifecycle="preview",
    help="start the program once with all items, if it takes several",
    tests=False,
    repeats=False,
)

# Programs whose work Python does without a process.
_PYTHON_HAS = {
    "rm": "`os.remove` or `shutil.rmtree`", "cp": "`shutil.copy`", "mv": "`shutil.move`",
    "mkdir": "`os.makedirs`", "rmdir": "`os.rmdir`", "touch": "`pathlib.Path.touch`",
    "ln": "`os.symlink` or `os.link`", "chmod": "`os.chmod`", "chown": "`shutil.chown`",
    "cat": "`open`", "ls": "`os.listdir`", "pwd": "`os.getcwd`", "date": "`datetime`",
    "basename": "`os.path.basename`", "dirname": "`os.path.dirname`", "which": "`shutil.which`",
    "readlink": "`os.readlink`", "realpath": "`os.path.realpath`",
    "hostname": "`socket.gethostname`", "wc": "`len`",
    "md5sum": "`hashlib`", "sha1sum": "`hashlib`", "sha256sum": "`hashlib`",
    "unzip": "`zipfile`", "gunzip": "`gzip`", "gzip": "`gzip`", "kill": "`os.kill`",
    "stat": "`os.stat`", "true": "nothing",
}  # fmt: skip
# Programs that take several files, packages or names at once.
_TAKE_SEVERAL = frozenset(
    (
        "apt",
        "apt-get",
        "black",
        "brew",
        "chattr",
        "chcon",
        "clang-format",
        "dnf",
        "dpkg",
        "du",
        "eslint",
        "file",
        "flake8",
        "getfacl",
        "identify",
        "isort",
        "jpegoptim",
        "mogrify",
        "mypy",
        "optipng",
        "pip",
        "pip3",
        "pkill",
        "prettier",
        "pylint",
        "rpm",
        "ruff",
        "setfacl",
        "strip",
        "systemctl",
        "yum",
    )
)


calls_of(RULE, PROCESSES, in_loops=True)


@RULE.on(cst.Call)
def started(node: cst.Call, here: Here) -> Iterator[Hit]:
    """A call that starts a process for what the loop goes over."""
    if here.qualified(node.func) not in PROCESSES or not node.args:
        return
    loop = here.every_turn()
    if loop is None or loop.iter is None or leaves(loop):
        return
    command = node.args[0].value
    if not _is_of_item(command, loop, here):
        return
    program = _program(command, here)
    yield Hit(
        node,
        say(
            "`{call}` starts a process for every turn of a loop",
            call=here.brief(node.func),
        )
        if not program
        else say("this starts `{program}` anew for every turn of a loop", program=program),
        help=_instead(program),
        confidence=_surely(program, loop, here),
        related=(Related(loop.header, "this loop"),),
    )


def _instead(program: str) -> Message | str:
    if program in _PYTHON_HAS:
        return say(
            "{function} does it within this process, where the files are on this machine",
            function=_PYTHON_HAS[program],
        )
    if program in _TAKE_SEVERAL:
        return say("`{program}` takes several at once: start it once for all", program=program)
    return ""


def _surely(program: str, loop: Loop, here: Here) -> Confidence | None:
    """Low for a program that may have to be started for each item, and for a few items."""
    if program not in _PYTHON_HAS and program not in _TAKE_SEVERAL:
        return Confidence.LOW
    return Confidence.LOW if is_minor(loop, here) else None


def _is_of_item(command: cst.BaseExpression, loop: Loop, here: Here) -> bool:
    """Whether a command, or what it is bound to within the loop, has to do with the item."""
    if isinstance(command, cst.Name):
        inner = set(within(*loop.body))
        values = [one.value for one in here.bindings(command.value) if one.node in inner]
        if any(value is not None and here.depends(value, loop) for value in values):
            return True
    return here.depends(command, loop)


def _program(command: cst.BaseExpression, here: Here) -> str:
    """The first word of a command that is written out, without its folder; "" where it is not."""
    match command:
        case cst.List(elements=[first, *_]) | cst.Tuple(elements=[first, *_]):
            return _program(first.value, here)
        case cst.SimpleString(evaluated_value=str(text)):
            return _first_word(text)
        case cst.FormattedString(parts=[cst.FormattedStringText(value=text), *_]):
            return _first_word(text)
        case cst.BinaryOperation(left=left):
            return _program(left, here)
        case cst.Call(func=cst.Attribute(value=cst.SimpleString() as text)):
            return _program(text, here)
        case cst.Name(value=name):
            values = [one for one in here.bindings(name) if one.how is How.ASSIGN]
            if len(values) == 1 and values[0].value is not None:
                value = values[0].value
                if isinstance(value, (cst.List, cst.Tuple, cst.SimpleString, cst.FormattedString)):
                    return _program(value, here)
    return ""


def _first_word(text: str) -> str:
    words = text.split()
    return words[0].rpartition("/")[2] if words else ""
