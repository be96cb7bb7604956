# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
import logging
import queue
import threading
import time

logger = logging.getLogger(__name__)


class Outbox:
    """Sends messages from a thread of its own, so that a request need not wait for them."""

    def __init__(self, send):
        self.send = send
        self.messages = queue.Queue()
        self.failed = []
        self._stop = False
        self._thread = threading.Thread(target=self._run, name="outbox", daemon=True)

    def start(self):
        self._thread.start()

    def put(self, message):
        self.messages.put(message)

    def _run(self):
        while not self._stop:
            try:
                message = self.messages.get_nowait()
            except queue.Empty:
                continue
            self._deliver(message)
            self.messages.task_done()

    def _deliver(self, message):
        try:
            self.send(message)
        except Exception:
            logger.exception("a message could not be sent")
            self.failed.append(message)

    def flush(self, timeout=5.0):
        """Wait until everything has been sent; False when it takes too long."""
        deadline = time.monotonic() + timeout
        while self.messages.unfinished_tasks:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.001)
        return True

    def stop(self):
        self._stop = True
        self._thread.join()

    def discard(self):
        """Drop what is still waiting; returns how many messages that were."""
        dropped = 0
        while True:
            try:
                self.messages.get_nowait()
            except queue.Empty:
                return dropped
            self.messages.task_done()
            dropped += 1


def wait_until(ready, timeout=5.0):
    """Wait until `ready()` holds, such as a printer that reports it is warm."""
    deadline = time.monotonic() + timeout
    while not ready():
        if time.monotonic() > deadline:
            raise TimeoutError("It did not get ready in time.")
