# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Pages held against WCAG by axe-core in headless Chromium: ``python -m benchmarks.axe PAGE...``.

Nothing is fetched: axe-core comes from ``npm pack axe-core`` or ``npm install axe-core``, and
GREENLINT_AXE names its ``axe.min.js``.  A page is looked at with all of its parts shown, in its
light and its dark colours.  What axe cannot decide is counted and is no violation.
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
_RUN = """<script>{axe}</script><script>
axe.run(document, {{runOnly: {tags}, resultTypes: ["violations", "incomplete"]}}).then((found) => {{
  const short = (rules) => rules.map((rule) => ({{
    id: rule.id, help: rule.help, nodes: rule.nodes.slice(0, 3).map((node) => node.html),
    count: rule.nodes.length}}));
  const said = document.createElement("pre");
  said.id = "axe-found";
  said.textContent = JSON.stringify({{violations: short(found.violations),
    incomplete: short(found.incomplete), passes: found.passes.length}});
  document.body.append(said);
}});
</script></body>"""
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
    return "" if _axe() else "axe-core is not there: npm install axe-core, or set GREENLINT_AXE"


def _axe() -> Path | None:
    named = os.environ.get("GREENLINT_AXE", "")
    places = (Path(named), ROOT / "node_modules" / "axe-core" / "axe.min.js")
    return next((one for one in places if one.is_file()), None)


def tools() -> Tools:
    """Both; SystemExit says what is missing."""
    axe = _axe()
    if why := missing():
        sys.exit(f"Cannot look at the page: {why}.")
    assert axe is not None
    return Tools(next(filter(None, map(shutil.which, BROWSERS))), axe.read_text("utf-8"))


def look(page: str, found: Tools, *, dark: bool = False) -> dict[str, Any]:
    """What axe finds: `violations`, `incomplete`, each with `id`, `help`, `count`, `nodes`.

    The copy that is looked at lets axe in, and shows the parts that are tabs.
    """
    page = _POLICY.sub("", page, count=1).replace(
        "@media screen { @supports", "@media tty { @supports"
    )
    if dark:
        page = page.replace("@media (prefers-color-scheme: dark)", "@media all")
    run = _RUN.format(axe=found.axe.replace("</script", "<\\/script"), tags=json.dumps(TAGS))
    with tempfile.TemporaryDirectory(prefix="greenlint-axe-") as folder:
        copy = Path(folder, "page.html")
        copy.write_text(page.replace("</body>", run), encoding="utf-8")
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
    result: dict[str, Any] = json.loads(html.unescape(said[1]))
    return result


def main(names: list[str]) -> int:
    """Print what is found; 1 where anything is."""
    found, bad = tools(), 0
    for name in names:
        for dark in (False, True):
            seen = look(Path(name).read_text("utf-8"), found, dark=dark)
            counts = f"{len(seen['violations'])} violations, {len(seen['incomplete'])} undecided"
            print(f"{name} ({'dark' if dark else 'light'}): {counts}, {seen['passes']} rules kept")
            for kind in ("violations", "incomplete"):
                for one in seen[kind]:
                    print(f"  {kind}: {one['id']}: {one['help']} ({one['count']})")
                    print(*(f"    {node[:160]}" for node in one["nodes"]), sep="\n")
            bad += len(seen["violations"])
    return min(bad, 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
