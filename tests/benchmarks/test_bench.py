# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What the bench prepares before it measures."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.bench import with_byte_code


def test_packages_are_measured_with_their_byte_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As pip leaves them, also where Python itself may write none."""
    (tmp_path / "measured_package" / "within").mkdir(parents=True)
    for name in ("__init__.py", "within/__init__.py"):
        (tmp_path / "measured_package" / name).write_text("A = 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr("sys.dont_write_bytecode", True)
    with_byte_code("measured_package", "package_that_is_nowhere")
    assert len(list(tmp_path.rglob("__init__.*.pyc"))) == 2
