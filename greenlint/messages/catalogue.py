# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A catalogue in gettext's text form, a ``.po`` file, read into gettext's own class.

Python's library reads the compiled form alone, so this compiles in memory; the forms are described
in https://www.gnu.org/software/gettext/manual/html_node/PO-Files.html and .../MO-Files.html.
"""

from __future__ import annotations

import ast
import gettext
import struct
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

_MAGIC = 0x950412DE
# Seven words of 32 bits: magic number, version, number of texts, the places of both tables, and
# size and place of a hash table, which is left out.
_HEADER = struct.Struct("<7I")
_ENTRY = struct.Struct("<2I")  # length and place of a text


def read(path: Path) -> gettext.GNUTranslations:
    """The catalogue of a ``.po`` file in UTF-8.  Raises ValueError for a line that is none."""
    return gettext.GNUTranslations(BytesIO(compiled(parse(path.read_text("utf-8")))))


def parse(text: str) -> dict[str, str]:
    """Translations by what they translate; forms of a plural stand with a null between, as in the
    compiled form.  The header is the translation of "".  What is not translated is left out.
    """
    found: dict[str, str] = {}
    for fields in _entries(text):
        source = "\0".join(fields[name] for name in ("msgid", "msgid_plural") if name in fields)
        said = [value for name, value in fields.items() if name.startswith("msgstr")]
        if source in found:
            raise ValueError(f"msgid {source!r} stands twice in the catalogue.")
        if all(said):
            found[source] = "\0".join(said)
    return found


def _entries(text: str) -> Iterator[dict[str, str]]:
    """The fields of each entry, in order: msgid, msgid_plural, msgstr or msgstr[0], msgstr[1]."""
    fields: dict[str, str] = {}
    name = ""
    for number, line in enumerate(text.splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        word, _, quoted = ("", "", line[1:]) if line[0] == '"' else line.partition(' "')
        value = quoted[:-1]
        if quoted[-1:] != '"' or "\\" in value:
            try:
                value = str(ast.literal_eval(f'"{quoted}'))
            except (SyntaxError, ValueError):
                raise ValueError(f"Line {number} of the catalogue is no text: {line}") from None
        if word == "msgid" and fields:
            yield fields
            fields = {}
        name = word or name
        fields[name] = fields.get(name, "") + value
    if fields:
        yield fields


def compiled(texts: dict[str, str]) -> bytes:
    """The texts in the compiled form, which gettext reads."""
    keys = sorted(texts)
    pairs = [[key.encode() for key in keys], [texts[key].encode() for key in keys]]
    place = _HEADER.size
    tables = (place, place + _ENTRY.size * len(keys))
    place = tables[1] + _ENTRY.size * len(keys)
    index, data = bytearray(), bytearray()
    for column in pairs:
        for text in column:
            index += _ENTRY.pack(len(text), place + len(data))
            data += text + b"\0"
    return _HEADER.pack(_MAGIC, 0, len(keys), *tables, 0, place) + index + data
