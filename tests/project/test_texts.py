# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Templates are found by name, read as text below the root, and known by what was found."""

from __future__ import annotations

from pathlib import Path

import pytest

from greenlint.project.texts import Texts, root_of


def write(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def found(texts: Texts, wanted: str, near: str = "shop/views.py") -> str:
    held = texts.find(texts.key(wanted, near))
    return held.name if held is not None else ""


def test_the_nearest_template_is_meant(tmp_path: Path) -> None:
    """Of several with one name the one beside the code, else the first by name; above it, too."""
    for folder in ("templates", "shop/templates", "other/templates"):
        write(tmp_path, f"{folder}/a.html", folder)
    write(tmp_path, "other/templates/b.html", "b")
    write(tmp_path, "shop/jinja2/c.html", "c")
    texts = Texts(tmp_path, ["shop/views.py", "other/views.py"])
    assert found(texts, "a.html") == "shop/templates/a.html"
    assert found(texts, "a.html", "other/views.py") == "other/templates/a.html"
    assert found(texts, "b.html") == "other/templates/b.html"
    assert found(texts, "c.html") == "shop/jinja2/c.html"
    assert found(texts, "d.html") == ""


@pytest.mark.parametrize("wanted", ["../secret.html", "/etc/passwd", "link.html", "big.html", ""])
def test_nothing_is_read_outside_the_root(tmp_path: Path, wanted: str) -> None:
    """Neither by a path that leads up, nor by a link that leads out, nor without end."""
    root = tmp_path / "root"
    write(tmp_path, "secret.html", "secret")
    write(root, "shop/secret.html", "secret")
    write(root, "shop/templates/big.html", "x" * 500_000)
    (root / "shop/templates/link.html").symlink_to(tmp_path / "secret.html")
    texts = Texts(root, ["shop/views.py"])
    assert found(texts, wanted) == ""


def test_a_link_within_the_root_is_followed(tmp_path: Path) -> None:
    """A template that is shared by way of a link is read."""
    write(tmp_path, "themes/a.html", "a")
    (tmp_path / "shop/templates").mkdir(parents=True)
    (tmp_path / "shop/templates/a.html").symlink_to(tmp_path / "themes/a.html")
    assert found(Texts(tmp_path, ["shop/views.py"]), "a.html") == "shop/templates/a.html"


def test_the_digest_says_what_was_found(tmp_path: Path) -> None:
    """Another text, another file of that name, and none at all are told apart."""

    def digest() -> str:
        texts = Texts(tmp_path, ["shop/views.py"])
        return texts.digest(texts.key("a.html", "shop/views.py"))

    seen = [digest()]
    write(tmp_path, "templates/a.html", "a")
    seen.append(digest())
    write(tmp_path, "shop/templates/a.html", "a")
    seen.append(digest())
    write(tmp_path, "shop/templates/a.html", "b")
    seen.append(digest())
    assert len(set(seen)) == 4
    assert seen[0] == ""


def test_root_of_a_file() -> None:
    """Where names start from; a name that leads up has no root."""
    assert root_of(Path("/a/b/shop/views.py"), "shop/views.py") == Path("/a/b")
    assert root_of(Path("/a/b/shop/views.py"), "../shop/views.py") is None
    assert root_of(Path("/a/b/other.py"), "shop/views.py") is None
