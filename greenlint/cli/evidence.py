# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``greenlint evidence``: measures what a rule saves, by the experiment on its page."""

from __future__ import annotations

from typing import Any

import click

from greenlint.cli.group import Settings


@click.command(
    name="evidence",
    epilog="Exit code: 1 when an experiment fails, or its sides do not come to the same; 3 when "
    "nothing could be measured here (with --strict, when one experiment could not); else 0, for a "
    "saving, a loss and neither. A wrong option, a damaged page, one that cannot be written: 2. "
    "The code of the experiments is run on this machine.",
)
@click.argument("selectors", nargs=-1, metavar="[CODE]...")
@click.option(
    "--restarts",
    type=click.IntRange(min=4, max=200),
    default=8,
    show_default=True,
    metavar="N",
    help="So many pairs of fresh processes: the unit that the interval rests on.",
)
@click.option(
    "--pairs",
    type=click.IntRange(min=1, max=1000),
    default=10,
    show_default=True,
    metavar="N",
    help="So many runs of either side, in turns, in each of them.",
)
@click.option(
    "--size",
    "sizes",
    type=click.IntRange(min=1),
    multiple=True,
    metavar="N",
    help="Only this size of the input, of those that the experiment states or any other; "
    "repeatable.",
)
@click.option(
    "--time-limit",
    type=click.FloatRange(min=0, min_open=True),
    default=300.0,
    show_default=True,
    metavar="SECONDS",
    help="For one experiment at one size; no restart begins after it.",
)
@click.option(
    "--meter",
    default="auto",
    metavar="METER",
    help="A meter that `greenlint doctor` lists; by default the best counter here, and CPU time "
    "where there is none.",
)
@click.option("--write", is_flag=True, help="Store each figure in the evidence of the rule's page.")
@click.option("--strict", is_flag=True, help="Exit with 3 also when one could not be measured.")
@click.option(
    "--json",
    "json_path",
    metavar="PATH",
    help="Write JSON, schema greenlint-evidence/1; `-` is standard output.",
)
@click.pass_obj
def command(settings: Settings, /, selectors: tuple[str, ...], **given: Any) -> int:
    """Measure a rule's before and after on this machine; without CODE, those of all rules.

    Each experiment runs in fresh processes, before and after in turns. What is compared is energy
    where a counter can be read, and CPU time otherwise, and is labelled so. CODE is a code, a name,
    another linter's code, the beginning of a code, or a category.
    """
    from greenlint.cli.evidence_run import run

    return run(settings, selectors, given)
