# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What evidence shows: a proof follows from the blocks; a block that says nothing is refused."""

from __future__ import annotations

from typing import Any

import pytest

from greenlint.evidence import Measurement, current, deciding, measurement, minor, proof
from greenlint.experiment import experiment, fingerprint
from greenlint.page import parse
from greenlint.rule import Proof

SAVES, NULL, LOSES = (0.3, 0.2, 0.4), (0.01, -0.02, 0.04), (-0.3, -0.4, -0.2)

PAGE = """\
# waste

Waste costs.

## Experiment

```python setup sizes="10 2000" result="total"
numbers = list(range(size))
```

```python before
total = sum(list(numbers))
```

```python after
total = sum(numbers)
```

## Evidence

```toml evidence
source = "A study"
claim = "half"
```
"""


def held(figures: tuple[float, float, float], **more: Any) -> Measurement:
    saving, low, high = figures
    facts = {"machine": "Xeon", "meter": "cpu", "n": 8, **more}
    found = measurement(facts | {"saving": saving, "saving_low": low, "saving_high": high})
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("measured", "sourced", "expected"),
    [
        ([], False, Proof.REASONED),
        ([], True, Proof.PUBLISHED),
        ([SAVES], False, Proof.MEASURED),
        ([NULL], True, Proof.REASONED),
        ([LOSES], True, Proof.REASONED),
        ([(0.1, 0.0, 0.2)], True, Proof.REASONED),
    ],
)
def test_proof_follows_from_the_blocks(
    measured: list[tuple[float, float, float]], sourced: bool, expected: Proof
) -> None:
    """An interval above zero proves; one that holds it takes away what others have published."""
    assert proof([held(one) for one in measured], sourced=sourced) is expected


def test_the_largest_size_decides() -> None:
    """A remedy may lose on ten and save on ten thousand: the rule claims the second."""
    small, large = held(LOSES, size=10), held(SAVES, size=10_000)
    assert proof([small, large], sourced=False) is Proof.MEASURED
    assert proof([held(SAVES, size=10), held(NULL, size=10_000)], sourced=True) is Proof.REASONED
    assert deciding([large, small]) == [large]


def test_a_null_result_on_one_machine_is_enough() -> None:
    """What one machine shows and another does not is not proven; bug-fix releases are no other."""
    here, there = held(SAVES, size=10), held(NULL, size=10, machine="EPYC")
    assert proof([here, there], sourced=True) is Proof.REASONED
    older, newer = held(NULL, python="cpython 3.11.4"), held(SAVES, python="cpython 3.11.9")
    assert deciding([older, newer]) == [newer]
    assert minor("cpython 3.11.4") == "cpython 3.11"
    assert minor("") == ""


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"saving": "half"}, "has saving as a number, not 'half'"),
        ({"saving": True}, "has saving as a number, not True"),
        ({"saving_low": float("nan")}, "has saving_low as a number, not nan"),
        ({"saving_high": None}, "has saving_high as a number, not None"),
        ({"saving_low": 0.5}, "the saving 0.3 with the interval 0.5 to 0.4 is none"),
        ({"saving_high": 1.5}, "nothing saves more than everything"),
        ({"n": 1}, "has n as a number of at least 2, not 1"),
        ({"n": 3.5}, "has n as a number of at least 2, not 3.5"),
        ({"size": 0}, "has size as a number of at least 1, not 0"),
        ({"machine": None}, "has machine as text, not None"),
        ({"python": 3.11}, "has python as text, not 3.11"),
    ],
)
def test_a_damaged_measurement_is_refused(change: dict[str, Any], sentence: str) -> None:
    """With the value and what it should be."""
    facts = {"machine": "Xeon", "meter": "cpu", "n": 8} | {
        "saving": 0.3,
        "saving_low": 0.2,
        "saving_high": 0.4,
    }
    with pytest.raises(ValueError, match=sentence):
        measurement(facts | change)


def test_a_page_with_damaged_evidence_names_the_line() -> None:
    """The block is told by its line, since a page has many."""
    text = PAGE + "\n```toml evidence\nsaving = 0.3\n```\n"
    with pytest.raises(ValueError, match="block at line 27: a measurement has saving_low"):
        parse(text)


def test_an_experiment_is_read_from_its_page() -> None:
    """Both sides, the sizes in order, and what must be equal."""
    found = experiment(parse(PAGE))
    assert found is not None
    assert (found.sizes, found.result) == ((10, 2000), "total")
    assert found.before.text == "total = sum(list(numbers))\n"
    assert found.block("setup") is found.setup
    assert experiment(parse("# waste\n\nWaste costs.\n")) is None


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("```python after\ntotal = sum(numbers)\n```", "", "its experiment has no after block"),
        ("python after", "python before", "line 15: a second before block"),
        ('sizes="10 2000"', 'sizes="10, 2000"', 'sizes="10, 2000" are none: they are numbers'),
        ('sizes="10 2000"', 'sizes=""', 'sizes="" are none'),
        ('sizes="10 2000"', 'sizes="0 10"', 'sizes="0 10" are none'),
        ("range(size)", "range(9)", "no block of it uses the name `size`"),
    ],
)
def test_a_damaged_experiment_is_refused(old: str, new: str, sentence: str) -> None:
    """With the line, and what is missing."""
    assert old in PAGE
    with pytest.raises(ValueError, match=sentence):
        experiment(parse(PAGE.replace(old, new)))


def test_figures_belong_to_the_code_that_was_measured() -> None:
    """Another setup is another experiment; another sentence on the page, or a size more, is not."""
    page = parse(PAGE)
    now = fingerprint(page.blocks)
    same = PAGE.replace("Waste costs.", "Waste is dear.").replace('"10 2000"', '"10 2000 9000"')
    assert fingerprint(parse(same).blocks) == now
    assert fingerprint(parse(PAGE.replace("sum(numbers)", "len(numbers)")).blocks) != now
    old, new, silent = (held(SAVES, experiment=one) for one in ("0123456789ab", now, ""))
    assert current([old, new, silent], now) == [new, silent]
