# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``greenlint profile --per-test`` on plain unittest: what is measured, and what stays as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.per_test import Done, bare, measured, timeless
from tests.powercap.live import live

pytestmark = pytest.mark.alone

SUITE = """
def setUpModule():
    print("module set up")

def tearDownModule():
    print("module torn down")

class Every(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.db = sqlite3.connect(":memory:")
        cls.db.execute("create table t (a)")

    @classmethod
    def tearDownClass(cls):
        cls.db.close()

    def setUp(self):
        self.db.execute("insert into t values (1)")

    def tearDown(self):
        self.db.execute("delete from t")
        self.db.execute("select 1")

    def test_passes(self):
        for number in range(5):
            self.db.execute("select * from t where a = ?", (number,)).fetchall()

    def test_fails(self):
        self.assertEqual(1, 2)

    def test_errs(self):
        raise KeyError("x")

    @unittest.skip("not today")
    def test_skipped(self):
        pass

    def test_skips_itself(self):
        self.skipTest("later")

    @unittest.expectedFailure
    def test_is_expected_to_fail(self):
        self.fail()

    @unittest.expectedFailure
    def test_is_not_expected_to_pass(self):
        pass

    def test_subtests(self):
        for number in range(3):
            with self.subTest(number=number):
                self.assertNotEqual(number, 1)

    def test_subtests_that_pass(self):
        for number in range(3):
            with self.subTest(number=number):
                self.db.execute("select 1")

    def test_cleans_up(self):
        self.addCleanup(self.db.execute, "select 1")

class Async(unittest.IsolatedAsyncioTestCase):
    def setUp(self):
        self.db = sqlite3.connect(":memory:")
        self.db.execute("select 1")

    async def asyncSetUp(self):
        self.db.execute("select 1")

    async def test_async(self):
        import asyncio
        await asyncio.sleep(0.01)
        for _ in range(4):
            self.db.execute("select 1")

    async def asyncTearDown(self):
        self.db.execute("select 1")
        self.db.close()

class NeverSetUp(unittest.TestCase):
    def setUp(self):
        raise ValueError("setUp")

    def test_never_called(self):
        pass

class NoClass(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        raise ValueError("setUpClass")

    def test_of_no_class(self):
        pass
"""
GREEN = """
class Green(unittest.TestCase):
    def test_one(self):
        time.sleep(0.1)

    def test_two(self):
        time.sleep(0.1)
"""
BUDGET = '[[tool.greenlint.energy.budgets]]\ntest = "{}"\n{}\n'


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Done:
    return measured(tmp_path_factory.mktemp("suite"), suite=SUITE)


# What is measured


def test_each_outcome_has_its_word(done: Done) -> None:
    """The tests that unittest ran, each once; one whose class was not set up never began."""
    assert done.outcomes == {
        "test_passes": "passed",
        "test_fails": "failed",
        "test_errs": "error",
        "test_skipped": "skipped",
        "test_skips_itself": "skipped",
        "test_is_expected_to_fail": "xfailed",
        "test_is_not_expected_to_pass": "xpassed",
        "test_subtests": "failed",
        "test_subtests_that_pass": "passed",
        "test_cleans_up": "passed",
        "test_async": "passed",
        "test_never_called": "error",
    }
    assert done.document["run"]["runner"] == "unittest"
    assert all(one["attempt"] == 1 for one in done.document["tests"])
    assert "test_it.Every.test_passes" in done.stderr


def test_phases_are_apart(done: Done) -> None:
    """Queries of setUp, of the test's method and of tearDown with its cleanups, each its own."""

    def queries(name: str) -> list[int | None]:
        return [phase and phase["queries"] for phase in done.tests[name]["phases"].values()]

    assert queries("test_passes") == [1, 5, 2]
    assert queries("test_subtests_that_pass") == [1, 3, 2]
    assert queries("test_cleans_up") == [1, 0, 3]
    assert queries("test_async") == [2, 4, 1]
    assert done.phases("test_fails") == ["setup", "call", "teardown"]
    assert done.phases("test_never_called") == done.phases("test_skipped") == ["setup"]
    (repeated,) = done.tests["test_passes"]["work"]["repeated"]
    assert (repeated["count"], repeated["path"]) == (5, "test_it.py")


def test_fixtures_of_classes_and_modules_are_on_their_own_line(done: Done) -> None:
    """Setup and teardown of one in one entry; one that failed has no teardown."""
    fixtures = done.fixtures
    assert fixtures["test_it.Every::setUpClass"]["setup"]["queries"] == 1
    assert fixtures["test_it.Every::setUpClass"]["teardown"]["queries"] == 0
    assert fixtures["test_it.NoClass::setUpClass"]["teardown"] is None
    module = fixtures["test_it::setUpModule"]
    assert module["scope"] == "module"
    assert None not in (module["setup"], module["teardown"])
    assert len(fixtures) == 3


def test_joules_of_each_test(tmp_path: Path) -> None:
    """Of a simulated 46 W: the joules of a test are those of its seconds, and the total is that of
    all phases.
    """
    suite = """
class Sleeps(unittest.TestCase):
    def test_short(self):
        time.sleep(0.2)

    def test_long(self):
        time.sleep(0.6)
"""
    with live(tmp_path / "live", "sandy-ep", "package=40;dram=6") as tree:
        done = measured(tmp_path, suite=suite, sys_root=tree.sys)
    assert done.code == 0
    for name in ("test_short", "test_long"):
        test = done.tests[name]
        assert test["joules"] == pytest.approx(46 * test["seconds"], rel=0.1)
        assert test["ci"][0] <= test["joules"] <= test["ci"][1]
        assert test["evidence"] in ("measured", "shared")
    assert done.tests["test_long"]["seconds"] == pytest.approx(0.6, rel=0.2)
    spent = 46 * done.document["run"]["seconds"]
    assert done.document["total"]["joules"] == pytest.approx(spent, rel=0.15)
    assert done.document["meter"]["name"] == "powercap"


def test_a_test_that_runs_tests_is_one_test(tmp_path: Path) -> None:
    """What it runs, in this process or in another, belongs to it."""
    suite = """
class Outer(unittest.TestCase):
    def test_within(self):
        class Inner(unittest.TestCase):
            def test_inner(self):
                pass
        result = unittest.TestResult()
        unittest.defaultTestLoader.loadTestsFromTestCase(Inner).run(result)
        self.assertEqual(result.testsRun, 1)

    def test_another_process(self):
        import subprocess
        with open("test_other.py", "w") as file:
            file.write("import unittest\\nclass A(unittest.TestCase):\\n def test_a(self): pass\\n")
        words = [sys.executable, "-m", "unittest", "test_other"]
        subprocess.run(words, check=True, capture_output=True)
"""
    done = measured(tmp_path, suite=suite)
    assert done.code == 0, done.stderr
    assert {*done.tests} == {"test_within", "test_another_process"}


def test_a_test_that_forks(tmp_path: Path) -> None:
    """The child is part of it, also one that comes back into the suite and runs the rest of it."""
    suite = """
class Forks(unittest.TestCase):
    def test_a_fork(self):
        pid = os.fork()
        if pid == 0:
            os._exit(0)
        os.waitpid(pid, 0)

    def test_b_fork_that_goes_on(self):
        pid = os.fork()
        if pid == 0:
            raise SystemExit(0)  # unittest takes it for an error, and goes on in the child
        os.waitpid(pid, 0)

    def test_c(self):
        pass
"""
    done = measured(tmp_path, suite=suite)
    assert [(one["id"][-6:], one["outcome"]) for one in done.document["tests"]] == [
        ("a_fork", "passed"),
        ("oes_on", "passed"),
        ("test_c", "passed"),
    ]


POOL = """
import multiprocessing
from test_it import Green

def run(names):
    result = unittest.TestResult()
    unittest.TestSuite(map(Green, names)).run(result)
    return result.testsRun

class Before(unittest.TestCase):
    def test_before(self):
        pass

if __name__ == "__main__":
    import sys
    unittest.TestSuite([Before("test_before")]).run(unittest.TestResult())
    context = multiprocessing.get_context(sys.argv[1])
    with context.Pool(2) as pool:
        counts = pool.map(run, [["test_one"], ["test_two"]], chunksize=1)
    assert counts == [1, 1]
"""


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_tests_of_a_pool(tmp_path: Path, method: str) -> None:
    """Processes that share a suite, as `manage.py test --parallel` has them: each test is there,
    joules are not judged and say why, and CPU time is.
    """
    (tmp_path / "pool.py").write_text(f"import unittest\n{POOL}")
    limits = 'budget = "90 J"\ncpu = "9 s"'
    with live(tmp_path / "live", "sandy-ep", "package=40") as tree:
        done = measured(
            tmp_path,
            *("pool.py", method),
            suite=GREEN,
            settings=BUDGET.format("**", limits),
            sys_root=tree.sys,
        )
    assert len(done.document["tests"]) == 3
    assert done.outcomes == dict.fromkeys(("test_before", "test_one", "test_two"), "passed")
    assert done.document["conditions"]["xdist"] in (1, 2)
    for test in (done.tests["test_one"], done.tests["test_two"]):
        verdicts = {one["quantity"]: one for one in test["budget"]["judged"]}
        assert verdicts["cpu_seconds"]["verdict"] == "pass"
        assert (test["evidence"], verdicts["joules"]["verdict"]) == ("shared", "cannot-measure")
        assert verdicts["joules"]["reason"] == "parallel-workers"
    assert done.code == 3


def test_a_debugger_is_in_no_figure(tmp_path: Path) -> None:
    """A test at which somebody stopped has no joules, and its budget is not judged."""
    suite = """
class Stops(unittest.TestCase):
    def test_stops(self):
        import io, pdb
        pdb.Pdb(stdin=io.StringIO("continue\\n"), stdout=io.StringIO()).set_trace()
        self.assertTrue(True)
"""
    done = measured(tmp_path, suite=suite, settings=BUDGET.format("**", 'cpu = "9 s"'))
    (judged,) = done.tests["test_stops"]["budget"]["judged"]
    assert (judged["verdict"], judged["reason"]) == ("cannot-measure", "debugger")
    assert done.code == 3


# What stays as it is


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["-m", "unittest", "-v", "test_it"],
        ["-m", "unittest", "-f", "-b", "test_it"],
        ["-m", "unittest", "test_it.Every.test_passes"],
        ["-m", "unittest", "test_it.no_such"],
        ["-m", "unittest", "discover", "-q"],
        ["-c", "import test_it, unittest; unittest.main(test_it, exit=False); raise SystemExit(7)"],
    ],
)
def test_the_suite_is_as_it_is_without(tmp_path: Path, words: list[str]) -> None:
    """Its output, to the letter but for the times, and its exit code."""
    before = bare(tmp_path, *words, suite=SUITE)
    after = measured(tmp_path, *words, suite=SUITE)
    assert (after.code, timeless(after.stdout)) == (before.code, timeless(before.stdout))
    assert timeless(after.stderr).startswith(timeless(before.stderr))


def test_the_program_sees_no_trace(tmp_path: Path) -> None:
    """`sys.path`, and a `sitecustomize` of its own; greenlint is in another environment."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text("import builtins; builtins.theirs = 'yes'")
    suite = """
class Looks(unittest.TestCase):
    def test_looks(self):
        import importlib.util, sitecustomize
        self.assertEqual(theirs, "yes")
        self.assertEqual(os.path.basename(os.path.dirname(sitecustomize.__file__)), "site")
        self.assertFalse([path for path in sys.path if "greenlint" in path])
        self.assertIsNone(importlib.util.find_spec("greenlint"))
"""
    done = measured(tmp_path, suite=suite, PYTHONPATH=str(tmp_path / "site"))
    assert done.code == 0, done.stderr
    assert done.outcomes == {"test_looks": "passed"}


def test_a_warning_names_the_line_that_it_named(tmp_path: Path) -> None:
    """Frames of ours around a test are not blamed for what its code warns of."""
    suite = """
import warnings

class Warns(unittest.TestCase):
    def setUp(self):
        warnings.warn("from setUp", stacklevel=2)
        warnings.warn("from further up", stacklevel=3)

    def test_returns(self):
        return 1
"""
    before = bare(tmp_path, suite=suite)
    assert before.stderr.count("Warning: ") == 3
    done = measured(tmp_path, suite=suite)
    assert timeless(done.stderr).startswith(timeless(before.stderr))


def test_the_result_is_left_as_it_was(tmp_path: Path) -> None:
    """What overhears a result is gone when the suite has ended."""
    program = """
import test_it, unittest
result = unittest.TestResult()
names = {*vars(result)}
unittest.defaultTestLoader.loadTestsFromModule(test_it).run(result)
print(sorted({*vars(result)} - names))
"""
    done = measured(tmp_path, "-c", program, suite=SUITE)
    assert done.outcomes["test_passes"] == "passed"
    assert done.stdout == bare(tmp_path, "-c", program).stdout


def test_what_goes_wrong_in_the_record_leaves_the_suite_alone(tmp_path: Path) -> None:
    """A record that cannot be written any more ends, and says so; the suite goes on."""
    suite = """
class Breaks(unittest.TestCase):
    def test_a(self):
        pass

    def test_b_breaks_the_record(self):
        for number in range(3, 200):
            try:
                if ".tests" in os.readlink(f"/proc/self/fd/{number}"):
                    os.close(number)
            except OSError:
                pass

    def test_c(self):
        print("c ran")
"""
    done = measured(tmp_path, suite=suite)
    assert "c ran" in done.stdout
    assert done.outcomes == {"test_a": "passed"}
    assert "note: a process ended its record: OSError: " in done.stderr
    assert "Ran 3 tests" in done.stderr
