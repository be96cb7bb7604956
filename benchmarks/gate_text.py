# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The words around the tables of benchmarks/RESULTS-gate.md."""

from __future__ import annotations

HEADER = """\
<!--
SPDX-FileCopyrightText: The greenlint developers
SPDX-License-Identifier: EUPL-1.2
-->

# The gate: does it cry wolf, and does it find what it should

Made by `python -m benchmarks.gate`, on {machine}; a virtual machine that other programs shared, as
the load at the beginning of each gate tells (the mean of a minute, on two cores). {first} to
{last} (UTC). Every figure is CPU time, which is a proxy of energy: no machine of this project has
an energy counter; the joules of the last table are of a counter that is simulated. Rates have their
interval of 95 % (Wilson); medians have the lowest and the highest beside them. All raw data is in
benchmarks/gate: of every restart, its effect (the trimmed mean of the logarithms of the ratios, in
ten thousandths; `of_ten` is that of its first ten pairs alone), its number of pairs, and the
medians of both sides (in microseconds or microjoules).

The gate runs as users run it, through the function behind the command: 10 pairs a restart after one
warm-up, up to 40 for short tests, and up to 80 after the first look; looks after 4, 6, 8, 12 and 16
restarts, a limit of +5 % (10 %
for joules), a second series of restarts for what fails, Holm over the tests. The suites are the
published source distributions of Django REST framework and SQLAlchemy (of the latter the files
test_cascade, test_query, test_unitofworkv2 and inheritance/test_basic of its ORM), each as a git
repository. Of each suite 25 tests are drawn, by a fixed seed, from those whose call takes 2 to
60 ms of CPU time; benchmarks/gate/tests-*.json lists them.

"""

NOTES = {
    "aa": """\
`python -m benchmarks.gate --only aa`, and `--only loaded`, where a process that never rests is on
each core: HEAD against HEAD. Wanted: at most 1 % false failures a test, none a gate, at most 2 %
inconclusive, at most 6 restarts in the mean. The spread is the median, over tests, of the standard
deviation of the logarithms of the restarts of one gate.

""",
    "resampled": """
`python -m benchmarks.gate_resample`: the same restarts drawn anew, with a rise added to each, by
the same sequence of looks, with all pairs and with the first ten of each restart alone, which is
what every test had before short ones got more. It shows errors that are too rare for so few gates,
and no others: what is not in the data is not in it.

""",
    "power": """\
`python -m benchmarks.gate --only power`: functions that the chosen tests call do more in the head:
queries on the test's database that are sent again in each call (an N+1; counted queries are not
compared here), the work of a lost cache (the signature of a function; a compiled pattern), and
copies of dicts and lists. The tests are drawn from those that call one of these functions, and
every test of a gate rises, one half by 10 % and one by 20 %. How many units a call that takes was
measured for each test and shape, as the cost of about a doubling, in three to six restarts before,
and is corrected by each gate; so rises come out larger or smaller than they are called. The
measured rise is the median over comparisons, with its quartiles. Wanted: +10 % found in 95 % and
+20 % in 99 % of the comparisons.

""",
    "peers": """\
Nothing changed, so every alarm is false. pytest-benchmark has ten functions of the same suites
(benchmarks/probes/peer_*.py) and is run once after each gate of the first table, each run saved and
compared with the one before by `--benchmark-compare-fail=mean:10%`. The stored baseline is the
median of the calls in one process of the base against that in the next one, a minute or so later,
with a threshold of 10 %, from the raw data of the first table; a run is one process.

""",
    "twenty": """\
`python -m benchmarks.gate --only twenty`: tests of the standard library's json, re, sorting and
dicts. Wanted: at most 300 seconds.

""",
    "limits": """\
- The machine. Other programs wanted one or both of its two cores all the time, as the loads say:
  every figure is one under background load, and none is of a quiet machine. Where there are fewer
  comparisons than the 500 and 300 that are wanted, there was no time for more; the interval says
  how few they are.
- What varies within a restart. A call of 2 to 15 ms varies here by 13 % from one to the next, with
  a tail to four times as much; the mean of ten pairs by 4 %. Up to 40 pairs halve that at a price
  that is small beside the two starts of a restart.
- A rise near the limit. With a limit of 5 %, a test that rises 7 % fails about one time in two on
  such a machine. A limit of 2 % is beyond it; `greenlint energy selfcheck` says what a machine can
  tell.
- Longer tests. Those of 50 ms have ten pairs up to the first look and twenty after it, as their
  restarts vary by 3 to 6 % here.
- The time. Failing takes two series; the second runs beside the tests that are still open, but
  where every test rises, as in the gates of the table above, a gate takes twice as long as one in
  which nothing did, and longer.
- Rises are seeded from a calibration under the same noise, and come out some points larger or
  smaller than they are called: what stays inconclusive was measured at about 7 %. The measured rise
  says what was found.

""",
    "joules": """\
`python -m benchmarks.gate --only joules`: tests of 250 ms of the same kind, on a live simulated
tree (client-i5-13500, 15 W); the limit is the default of joules, 10 %. A real counter counts
what all programs use; this one issues a constant power, so that a test that waits for a processor
uses more. Where others use the processors beside a test, its joules are labelled shared and decide
nothing: on this machine that was so in every gate, CPU time decided, and no figure of joules came
out.

""",
}
