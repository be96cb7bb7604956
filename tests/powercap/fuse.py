# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A powercap tree whose files are answered by this process: values of the moment, and real errors.

A file system in user space (FUSE, protocol 7.31; include/uapi/linux/fuse.h of the kernel) without
any library.  A counter is computed when it is read, so that a busy machine does not disturb the
truth; and a read can fail as on real hardware, with an error number of the kernel.  Mounting needs
root or a namespace: run it under `unshare -m`, so that the machine itself is not touched.
"""

from __future__ import annotations

import ctypes
import errno
import os
import stat
import struct
import threading
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

# A file's text, or an OSError that its reader gets.
Content = Callable[[], bytes]

_IN = struct.Struct("<IIQQIIIHH")
_OUT = struct.Struct("<IiQ")
_ATTR = struct.Struct("<6Q10I")
_INIT_OUT = struct.Struct("<IIIIHHIIHHII6I")
_FORCE = 1  # MNT_FORCE
_DETACH = 2
_DIRECT_IO = 1
_SIZE = 4096
_ANOTHER_USER = 65534
_LOOKUP, _FORGET, _GETATTR, _READLINK, _OPEN, _READ = 1, 2, 3, 5, 14, 15
_RELEASE, _FLUSH, _INIT, _OPENDIR, _READDIR, _RELEASEDIR = 18, 25, 26, 27, 28, 29
_INTERRUPT, _BATCH_FORGET = 36, 42
_NO_REPLY = {_FORGET, _BATCH_FORGET, _INTERRUPT}
_NOTHING_TO_DO = {_RELEASE, _FLUSH, _RELEASEDIR}


class Fuse:
    """Files below a mount point, each with a function that gives its text; a context manager.

    `links` are symbolic links and where they lead.  Of the `refused` files another user is the
    owner, and nobody else may read them; the kernel sees to that.
    """

    def __init__(
        self,
        mount_point: Path,
        files: Mapping[str, Content],
        links: Mapping[str, str] | None = None,
        refused: Collection[str] = (),
    ) -> None:
        self._mount_point = mount_point
        self._links = dict(links or {})
        self._refused = frozenset(refused)
        self._paths = [""]
        self._children: dict[str, list[str]] = {"": []}
        self._files = dict(files)
        for path in (*files, *self._links):
            self._add(path)
        self._numbers = {path: number for number, path in enumerate(self._paths, 1)}
        self._device = -1

    def _add(self, path: str) -> None:
        above, _, name = path.rpartition("/")
        if above not in self._children:
            self._add(above)
            self._children[above] = self._children.get(above, [])
        self._children[above].append(name)
        self._paths.append(path)
        if path not in self._files and path not in self._links:
            self._children.setdefault(path, [])

    def __enter__(self) -> Fuse:
        self._device = os.open("/dev/fuse", os.O_RDWR | os.O_CLOEXEC)
        options = f"fd={self._device},rootmode=40000,user_id=0,group_id=0,allow_other"
        options += ",default_permissions"
        libc = ctypes.CDLL(None, use_errno=True)
        words = (b"greenlint", os.fsencode(self._mount_point), b"fuse", 0, options.encode())
        if libc.mount(*words) != 0:
            code = ctypes.get_errno()
            os.close(self._device)
            raise OSError(code, f"cannot mount FUSE: {os.strerror(code)}")
        self._thread = threading.Thread(target=self._serve, name="fuse", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        # By force, or the thread would serve for as long as somebody holds a file open.
        ctypes.CDLL(None).umount2(os.fsencode(self._mount_point), _FORCE | _DETACH)
        self._thread.join(5)

    def _serve(self) -> None:
        while True:
            try:
                request = os.read(self._device, 1 << 20)
            except OSError as error:
                if error.errno in (errno.EINTR, errno.ENOENT, errno.EAGAIN):
                    continue
                os.close(self._device)  # unmounted
                return
            _, code, unique, node, *_ = _IN.unpack_from(request)
            if code in _NO_REPLY:
                continue
            try:
                body, number = self._answer(code, node, request[_IN.size :]), 0
            except OSError as error:
                body, number = b"", -(error.errno or errno.EIO)
            os.write(self._device, _OUT.pack(_OUT.size + len(body), number, unique) + body)

    def _answer(self, code: int, node: int, body: bytes) -> bytes:
        if code == _INIT:
            return _INIT_OUT.pack(7, 31, 0, 0, 12, 9, _SIZE, 1, 1, 0, 0, 0, *(0,) * 6)
        path = self._paths[node - 1]
        if code == _LOOKUP:
            return self._lookup(path, body.rstrip(b"\0").decode())
        if code == _GETATTR:
            return struct.pack("<QII", 0, 0, 0) + self._attributes(path)
        if code in (_OPEN, _OPENDIR):
            return struct.pack("<QII", 0, _DIRECT_IO if code == _OPEN else 0, 0)
        if code in (_READ, _READDIR):
            _, offset, size = struct.unpack_from("<QQI", body)
            if code == _READ:
                return self._files[path]()[offset : offset + size]
            return self._listed(path, offset, size)
        if code == _READLINK:
            return self._links[path].encode()
        if code in _NOTHING_TO_DO:
            return b""
        raise OSError(errno.ENOSYS, "not needed here")

    def _lookup(self, above: str, name: str) -> bytes:
        path = f"{above}/{name}" if above else name
        if path not in self._numbers:
            raise OSError(errno.ENOENT, "no such file")
        return struct.pack("<QQQQII", self._numbers[path], 0, 0, 0, 0, 0) + self._attributes(path)

    def _attributes(self, path: str) -> bytes:
        owner = _ANOTHER_USER if path in self._refused else 0
        if path in self._files:
            mode, size = stat.S_IFREG | (0o400 if owner else 0o444), _SIZE
        elif path in self._links:
            mode, size = stat.S_IFLNK | 0o777, len(self._links[path].encode())
        else:
            mode, size = stat.S_IFDIR | 0o555, 0
        number = self._numbers[path]
        return _ATTR.pack(number, size, 0, 0, 0, 0, 0, 0, 0, mode, 1, owner, 0, 0, _SIZE, 0)

    def _listed(self, path: str, offset: int, size: int) -> bytes:
        entries = b""
        for index, name in enumerate(self._children[path][offset:], offset + 1):
            raw = name.encode()
            number = self._numbers[f"{path}/{name}" if path else name]
            entry = struct.pack("<QQII", number, index, len(raw), 0) + raw
            entry += b"\0" * (-len(entry) % 8)
            if len(entries) + len(entry) > size:
                break
            entries += entry
        return entries
