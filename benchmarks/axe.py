# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Pages held against WCAG by axe-core in headless Chromium: ``python -m benchmarks.axe PAGE...``.

Nothing is fetched: axe-core comes from ``make axe``, or GREENLINT_AXE names an ``axe.min.js``.  A
page is looked at with all of its parts shown, in its light and its dark colours.  What axe cannot
decide is counted and is no violation.
"""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# Levels A and AA of WCAG 2.0, 2.1 and 2.2, as axe tags its rules.
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
# No profile of a user, no request of the browser's own.
_QUIET = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)
# Each page becomes the whole document in turn: a browser takes seconds to start, a page tenths.
_RUN = """<!DOCTYPE html><script>{axe}</script><script>
const short = (rules) => rules.map((rule) => ({{
  id: rule.id, help: rule.help, nodes: rule.nodes.slice(0, 3).map((node) => node.html),
  count: rule.nodes.length}}));
const shown = (text) => {{ document.open(); document.write(text); document.close(); }};
const look = async () => {{
  const seen = [];
  for (const page of {pages}) {{
    shown(page);
    await new Promise((done) => setTimeout(done, 50));
    const found = await axe.run(document, {{
      runOnly: {tags}, resultTypes: ["violations", "incomplete"]}});
    seen.push({{violations: short(found.violations), incomplete: short(found.incomplete),
      passes: found.passes.length, title: document.title}});
  }}
  shown('<pre id="axe-found"></pre>');
  document.getElementById("axe-found").textContent = JSON.stringify(seen);
}};
addEventListener("load", look);
</script>"""
_FOUND = re.compile(r'<pre id="axe-found">(.*?)</pre>', re.DOTALL)
_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')


@dataclass(frozen=True, slots=True)
class Tools:
    """The browser, and the text of axe-core."""

    browser: str
    axe: str


def missing() -> str:
    """Why this machine cannot look at a page; "" where it can."""
    if not any(map(shutil.which, BROWSERS)):
        return "no Chromium is installed"
    return "" if _axe() else "axe-core is not there: make axe, or set GREENLINT_AXE"


def _axe() -> Path | None:
    named = os.environ.get("GREENLINT_AXE", "")
    places = (Path(named), ROOT / ".venv" / "axe" / "node_modules" / "axe-core" / "axe.min.js")
    return next((one for one in places if one.is_file()), None)


def tools() -> Tools:
    """Both; SystemExit says what is missing."""
    axe = _axe()
    if why := missing():
        sys.exit(f"Cannot look at the page: {why}.")
    assert axe is not None
    return Tools(next(filter(None, map(shutil.which, BROWSERS))), axe.read_text("utf-8"))


def schemes(page: str) -> tuple[str, str]:
    """A page in its light and in its dark colours, as it is looked at: with a policy that lets
    axe in, and the parts shown that are tabs.
    """
    page = _POLICY.sub("", page, count=1).replace(
        "@media screen { @supports", "@media tty { @supports"
    )
    return page, page.replace("@media (prefers-color-scheme: dark)", "@media all")


def look(pages: Sequence[str], found: Tools) -> list[dict[str, Any]]:
    """What axe finds in each: its `title`, the number of `passes`, and `violations` and
    `incomplete`, each with `id`, `help`, `count`, `nodes`.
    """
    run = _RUN.format(
        axe=found.axe.replace("</script", "<\\/script"),
        pages=json.dumps(list(pages)).replace("<", "\\u003c"),
        tags=json.dumps(TAGS),
    )
    with tempfile.TemporaryDirectory(prefix="greenlint-axe-") as folder:
        copy = Path(folder, "pages.html")
        copy.write_text(run, encoding="utf-8")
        command = [found.browser, *_QUIET, f"--user-data-dir={folder}/profile"]
        command += [
            "--virtual-time-budget=20000",
            "--window-size=2400,4000",
            "--dump-dom",
            copy.as_uri(),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=900)
    said = _FOUND.search(done.stdout)
    if said is None:
        sys.exit(
            f"axe said nothing; the browser ended with {done.returncode}: {done.stderr[-500:]}"
        )
    result: list[dict[str, Any]] = json.loads(html.unescape(said[1]))
    return result


def main(names: list[str]) -> int:
    """Print what is found; 1 where anything is."""
    bad = 0
    pages = [page for name in names for page in schemes(Path(name).read_text("utf-8"))]
    looks = [f"{name} ({scheme})" for name in names for scheme in ("light", "dark")]
    for name, seen in zip(looks, look(pages, tools()), strict=True):
        counts = f"{len(seen['violations'])} violations, {len(seen['incomplete'])} undecided"
        print(f"{name}: {counts}, {seen['passes']} rules kept")
        for kind in ("violations", "incomplete"):
            for one in seen[kind]:
                print(f"  {kind}: {one['id']}: {one['help']} ({one['count']})")
                print(*(f"    {node[:160]}" for node in one["nodes"]), sep="\n")
        bad += len(seen["violations"])
    return min(bad, 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
