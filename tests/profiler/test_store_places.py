# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Where a store may be, and each place where it cannot: one clear sentence, nothing changed."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from greenlint_profiler.stores import sqlite
from greenlint_profiler.stores.address import DEFAULT, address
from greenlint_profiler.stores.error import StoreError
from greenlint_profiler.stores.schema import STEPS
from greenlint_profiler.stores.store import open_store

from tests.profiler.conftest import as_nobody
from tests.profiler.documents import document, suite

linux_root = pytest.mark.skipif(
    not shutil.which("unshare") or not hasattr(os, "geteuid") or os.geteuid() != 0,
    reason="a file system of its own needs root and unshare",
)


def fails(where: str, root: Path, *, create: bool = True) -> str:
    with pytest.raises(StoreError) as caught:
        open_store(where, root, create=create)
    return str(caught.value)


def filled(path: Path, runs: int = 1) -> bytes:
    with open_store(str(path), path.parent) as store:
        for number in range(runs):
            store.append(document(f"run-{number}", at=number))
    return path.read_bytes()


# Addresses


@pytest.mark.parametrize(
    ("where", "shown"),
    [
        ("", DEFAULT),
        ("runs.db", "runs.db"),
        ("postgresql://anna@db/orders", "postgresql://anna@db/orders"),
        ("postgres://anna:secret@db:5433/orders", "postgres://anna:***@db:5433/orders"),
        ("POSTGRESQL://anna:se@cr/et?@db/o?password=x", "postgresql://anna:***@db/o"),
        ("postgresql:///orders?user=anna&password=secret", "postgresql:///orders"),
    ],
)
def test_an_address_is_shown_without_its_password(where: str, shown: str, tmp_path: Path) -> None:
    """However badly the password is written."""
    assert address(where, tmp_path).shown == shown


def test_a_path_is_relative_to_the_root(tmp_path: Path) -> None:
    """And shown as it is where it lies elsewhere."""
    assert address("a/b.db", tmp_path).path == tmp_path / "a" / "b.db"
    elsewhere = tmp_path.parent / "c.db"
    assert address(str(elsewhere), tmp_path).shown == elsewhere.as_posix()


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("mysql://anna:secret@db/orders", r"There is no store of the kind mysql://\."),
        ("postgressql://anna:secret@db", r"Did you mean postgresql://\?"),
        ("host=db password=secret", r"is named by a URL, postgresql://USER@HOST/DATABASE"),
        ("a\0b", r"is no path: it holds a null character"),
    ],
)
def test_what_is_no_address(where: str, said: str, tmp_path: Path) -> None:
    """The sentence has the way out, and no password."""
    with pytest.raises(StoreError, match=said) as caught:
        address(where, tmp_path)
    assert "secret" not in str(caught.value)


# Files


def test_the_default_store_is_left_alone_by_git(tmp_path: Path) -> None:
    """Its folder is made, with a note for git; a folder of another name gets none."""
    open_store("", tmp_path).close()
    assert (tmp_path / ".greenlint" / "energy.sqlite3").exists()
    assert (tmp_path / ".greenlint" / ".gitignore").read_text() == "*\n"
    open_store("kept/here.db", tmp_path).close()
    assert sorted(path.name for path in (tmp_path / "kept").iterdir()) == ["here.db"]


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    """It is left as it was."""
    path = tmp_path / "notes.txt"
    path.write_text("These are my notes of many a day, and no database. " * 9)
    before = path.read_bytes()
    assert fails("notes.txt", tmp_path) == (
        "notes.txt is no database, and was left alone. Name another file with --store, or move "
        "this one away."
    )
    assert path.read_bytes() == before


def test_a_database_of_another_program(tmp_path: Path) -> None:
    """No table is made in it."""
    path = tmp_path / "db.sqlite3"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE shop_customer (id INTEGER)")
    other.close()
    before = path.read_bytes()
    assert "is a database of another program, and was left alone" in fails(str(path), tmp_path)
    assert path.read_bytes() == before


def test_a_store_that_another_process_is_making(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it is, is read at one moment: else it were without our mark before, and with tables
    after.
    """
    reads = sqlite.SqliteDatabase._pragma

    def read_and_wait(database: sqlite.SqliteDatabase, name: str) -> Any:
        found = reads(database, name)
        if name == "application_id" and threading.current_thread() is not other:
            other.start()
            other.join(0.3)
        return found

    other = threading.Thread(target=filled, args=(tmp_path / "energy.sqlite3",))
    database = sqlite.open_database(address("energy.sqlite3", tmp_path), create=True)
    monkeypatch.setattr(sqlite.SqliteDatabase, "_pragma", read_and_wait)
    found = database.version()
    other.join()
    assert found == 0
    monkeypatch.undo()
    assert database.version() == len(STEPS)
    database.close()


@pytest.mark.parametrize("name", ["a?mode=ro", "a#b", "a%41b", "a b é", "a\\b"])
def test_a_file_of_any_name(name: str, tmp_path: Path) -> None:
    """What means something in a URI is a letter of a name like others."""
    with open_store(name, tmp_path) as store:
        assert store.append(document())
    assert name in [path.name for path in tmp_path.iterdir()]
    with open_store(name, tmp_path, create=False) as store:
        assert len(store.runs()) == 1


def test_an_empty_file_becomes_a_store(tmp_path: Path) -> None:
    """As `mktemp` makes it."""
    path = tmp_path / "empty"
    path.touch()
    with open_store(str(path), tmp_path) as store:
        assert store.append(document())


def used(path: Path) -> str:
    """Everything that is done with a store; what it says where that cannot be done."""
    try:
        with open_store(str(path), path.parent) as store:
            for run in store.runs():
                store.document(run.id)
            list(store.samples(["run-1"]))
            store.append(suite(50, "next"))
    except StoreError as error:
        return str(error)
    return ""


def test_a_damaged_store(tmp_path: Path) -> None:
    """Whatever page is damaged, the sentence comes, and never another error."""
    path = tmp_path / "energy.sqlite3"
    with open_store(str(path), tmp_path) as store:
        store.append(suite(400, "run-1"))
    whole = path.read_bytes()
    said = set()
    for page in range(0, len(whole), 4096 * 3):
        path.write_bytes(whole[:page] + b"\x5a" * 4096 + whole[page + 4096 :])
        said.add(used(path).partition(" (")[0])
    assert "The store energy.sqlite3 is damaged" in said
    assert said <= {
        "",  # a page of which nothing is read
        "The store energy.sqlite3 is damaged",
        "The run 'run-1' of the store energy.sqlite3 is damaged and cannot be read.",
        "energy.sqlite3 is no database, and was left alone. Name another file with --store, or "
        "move this one away.",
    }


def test_a_store_that_was_cut_off(tmp_path: Path) -> None:
    """Half a file says that it is damaged."""
    path = tmp_path / "energy.sqlite3"
    whole = filled(path, 5)
    path.write_bytes(whole[: len(whole) // 2])
    assert re.search(r"is damaged \(.*\)\. Move it away, and the next run begins", used(path))


@pytest.mark.parametrize("name", ["folder", "folder/../folder", "file/inside.db", "pipe"])
def test_a_path_that_is_no_file(name: str, tmp_path: Path) -> None:
    """A folder, a path through a file, and a pipe, at which SQLite would wait for ever."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    os.mkfifo(tmp_path / "pipe")
    said = fails(name, tmp_path)
    assert "is a folder" in said or "is a file, and no folder" in said or "regular file" in said


# Rights


def test_a_folder_without_rights(open_folder: Path) -> None:
    """A store that cannot be made says so."""
    with as_nobody():
        said = fails(str(open_folder / "sub" / "energy.sqlite3"), open_folder)
    assert "Cannot open the store sub/energy.sqlite3: permission denied." in said
    assert list(open_folder.iterdir()) == []


def test_a_store_that_may_only_be_read(open_folder: Path) -> None:
    """It is read, and appending says that it cannot be written."""
    path = open_folder / "energy.sqlite3"
    before = filled(path)
    path.chmod(0o444)
    with as_nobody(), open_store(str(path), open_folder) as store:
        assert [run.id for run in store.runs()] == ["run-0"]
        with pytest.raises(StoreError, match=r"energy\.sqlite3 cannot be written by this user"):
            store.append(document("run-2"))
    assert path.read_bytes() == before
    assert [entry.name for entry in open_folder.iterdir()] == ["energy.sqlite3"]


def test_a_store_that_may_not_be_read(open_folder: Path) -> None:
    """Not even that."""
    path = open_folder / "energy.sqlite3"
    filled(path)
    path.chmod(0o000)
    with as_nobody():
        assert "Cannot open the store energy.sqlite3: " in fails(str(path), open_folder)


def test_a_log_that_cannot_be_read_is_not_passed_over(open_folder: Path) -> None:
    """What was appended last may be in it alone: better no answer than an old one."""
    path = open_folder / "energy.sqlite3"
    with open_store(str(path), open_folder) as store:
        store.append(document())
        copy = open_folder / "copy"
        copy.mkdir()
        for name in ("energy.sqlite3", "energy.sqlite3-wal"):
            shutil.copy(open_folder / name, copy / name)
    with as_nobody():
        said = fails(str(copy / "energy.sqlite3"), open_folder)
    assert "the newest runs are in energy.sqlite3-wal" in said


@linux_root
def test_a_medium_that_is_read_only(tmp_path: Path) -> None:
    """A store on it is listed; root, who may write anything, cannot write there either."""
    filled(tmp_path / "energy.sqlite3")
    program = (
        "from pathlib import Path\n"
        "from greenlint_profiler.stores.store import open_store\n"
        "from tests.profiler.documents import document\n"
        "with open_store('m/energy.sqlite3', Path('.').absolute()) as store:\n"
        "    print([run.id for run in store.runs()], flush=True)\n"
        "    try:\n"
        "        store.append(document('x'))\n"
        "    except Exception as error:\n"
        "        print(type(error).__name__, error)\n"
    )
    (tmp_path / "m").mkdir()
    done = run_python(
        "mount -t tmpfs none m && cp energy.sqlite3 m && mount -o remount,ro m", program, tmp_path
    )
    assert "['run-0']" in done
    assert "StoreError The store m/energy.sqlite3 cannot be written by this user" in done


@linux_root
def test_a_full_disk(tmp_path: Path) -> None:
    """The run that does not fit is not there; those before it are, and after it one that fits."""
    program = (
        "from pathlib import Path\n"
        "from greenlint_profiler.stores.store import open_store\n"
        "from tests.profiler.documents import document, suite\n"
        "root = Path('.').absolute()\n"
        "with open_store('m/energy.sqlite3', root) as store:\n"
        "    store.append(document('first'))\n"
        "    try:\n"
        "        store.append(suite(4000, 'large'))\n"
        "    except Exception as error:\n"
        "        print(type(error).__name__, error)\n"
        "    store.append(document('last', at=1))\n"
        "with open_store('m/energy.sqlite3', root) as store:\n"
        "    print([run.id for run in store.runs()], len(list(store.samples(['large']))))\n"
    )
    (tmp_path / "m").mkdir()
    done = run_python("mount -t tmpfs -o size=600k none m", program, tmp_path)
    assert "StoreError The disk of the store m/energy.sqlite3 is full. Nothing was written" in done
    assert "['last', 'first'] 0" in done


def run_python(mount: str, program: str, folder: Path) -> str:
    script = f'{mount}\nexec "$PYTHON" -c "$PROGRAM"'
    here = Path(__file__).parents[2]
    paths = os.pathsep.join([str(here), str(here / "profiler"), str(here / "rules")])
    done = subprocess.run(
        ["unshare", "-m", "sh", "-euc", script],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "PYTHON": sys.executable, "PROGRAM": program, "PYTHONPATH": paths},
    )
    if "permission denied" in done.stderr.lower() or "not permitted" in done.stderr.lower():
        pytest.skip("nothing may be mounted here")
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_database_that_cannot_grow(tmp_path: Path) -> None:
    """SQLite's own limit stands for a full disk where none can be made."""
    with open_store("energy.sqlite3", tmp_path) as store:
        store.append(document())
        database: Any = store._database
        database.execute("PRAGMA max_page_count = 1")
        pages = database.execute("PRAGMA page_count").fetchone()[0]
        database.execute(f"PRAGMA max_page_count = {pages + 2}")
        with pytest.raises(StoreError, match=r"is full\. Nothing was written; make room on it"):
            store.append(suite(500, "large"))
        assert [run.id for run in store.runs()] == ["run-1"]


def test_a_store_that_others_keep_busy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a while the writer gives up, and says so."""
    monkeypatch.setattr(sqlite, "PATIENCE_SECONDS", 0.2)
    with (
        open_store("energy.sqlite3", tmp_path) as one,
        open_store("energy.sqlite3", tmp_path) as two,
    ):
        one._database.begin()
        with pytest.raises(StoreError, match=r"was kept busy by others for 0\.2 s"):
            two.append(document())
        assert two.runs() == []
        one._database.rollback()
        assert two.append(document())


def test_the_log_waits_for_a_writer(tmp_path: Path) -> None:
    """SQLite refuses at once to change its journal while another writes: so that is tried again."""
    place = address("energy.sqlite3", tmp_path)
    done: list[str] = []

    def finish() -> None:
        database = sqlite.open_database(place, create=True)
        began.set()
        database.finish()
        done.append(database.execute("PRAGMA journal_mode").fetchall()[0][0])
        database.close()

    began = threading.Event()
    writer = sqlite.open_database(place, create=True)
    writer.execute("CREATE TABLE t (x)")
    writer.begin()
    other = threading.Thread(target=finish)
    other.start()
    began.wait(10)
    other.join(0.3)
    assert done == []
    writer.rollback()
    other.join(10)
    assert done == ["wal"]
    writer.close()


def test_the_document_of_a_run_is_checked(tmp_path: Path) -> None:
    """SQLite does not see a byte that changed on the disk; the document's checksum does."""
    with open_store("energy.sqlite3", tmp_path) as store:
        store.append(document())
        database: Any = store._database
        packed = bytearray(database.execute("SELECT document FROM run").fetchone()[0])
        packed[len(packed) // 2] ^= 0xFF
        database.execute("UPDATE run SET document = ?", (bytes(packed),))
        with pytest.raises(StoreError, match=r"'run-1' .* is damaged and cannot be read"):
            store.document("run-1")
