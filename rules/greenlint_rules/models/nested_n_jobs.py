# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Workers that each start as many workers again: `n_jobs` outside and inside."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from greenlint.here import Here
from greenlint.messages import say
from greenlint.rule import Confidence, Hit, Related, Rule
from greenlint.scope import How
from greenlint.walk import within

RULE = Rule(
    code="GRN504",
    name="nested-n-jobs",
    severity="warning",
    needles=(b"n_jobs",),
    since="0.1.0",
    lifecycle="preview",
    help="let the outer one alone have `n_jobs`, and leave 1 to the model inside",
    tests=False,
)

# What fits a model many times, side by side.
_OUTER = frozenset(
    (
        "GridSearchCV", "RandomizedSearchCV", "HalvingGridSearchCV", "HalvingRandomSearchCV",
        "cross_val_score", "cross_validate", "cross_val_predict", "learning_curve",
        "validation_curve", "permutation_test_score", "RFECV", "BaggingClassifier",
        "BaggingRegressor", "OneVsRestClassifier", "OneVsOneClassifier", "MultiOutputClassifier",
        "MultiOutputRegressor", "StackingClassifier", "StackingRegressor", "VotingClassifier",
        "VotingRegressor", "SequentialFeatureSelector", "permutation_importance",
    )
)  # fmt: skip
_LIBRARIES = ("sklearn.", "lightgbm.", "xgboost.", "catboost.")


@RULE.glance(words=_OUTER)
def glance(node: ast.Call, _: bool) -> bool:
    """``GridSearchCV(..., n_jobs=-1)``."""
    return any(word.arg == "n_jobs" for word in node.keywords)


@RULE.on(cst.Call)
def nested(node: cst.Call, here: Here) -> Iterator[Hit]:
    """A search over models that start workers of their own."""
    name = here.qualified(node.func) or ""
    if not name.startswith("sklearn.") or name.rpartition(".")[2] not in _OUTER:
        return
    if not _is_parallel(node):
        return
    for inner in _models(node, here):
        yield Hit(
            node,
            say(
                "`{outer}` starts workers, and `{inner}` starts as many again in each of them",
                outer=here.brief(node.func),
                inner=here.brief(inner.func),
            ),
            confidence=None if _uses_all(inner) and _uses_all(node) else Confidence.MEDIUM,
            related=(Related(inner, "the model inside"),),
        )
        return


def _jobs(call: cst.Call) -> cst.BaseExpression | None:
    return next(
        (
            arg.value
            for arg in call.args
            if arg.keyword is not None and arg.keyword.value == "n_jobs"
        ),
        None,
    )


def _is_parallel(call: cst.Call) -> bool:
    """Whether `n_jobs` is written out, and more than one."""
    jobs = _jobs(call)
    return _uses_all(call) or (isinstance(jobs, cst.Integer) and jobs.evaluated_value > 1)


def _uses_all(call: cst.Call) -> bool:
    return isinstance(_jobs(call), cst.UnaryOperation)


def _models(node: cst.Call, here: Here) -> Iterator[cst.Call]:
    """The models that a call is given, in a pipeline or a list too, that have several workers."""
    for arg in node.args:
        if arg.keyword is None or arg.keyword.value in (
            "estimator",
            "estimators",
            "base_estimator",
        ):
            yield from _inside(arg.value, here, 0)


def _inside(value: cst.BaseExpression, here: Here, depth: int) -> Iterator[cst.Call]:
    if isinstance(value, cst.Name) and depth < 3:
        bound = here.bindings(value.value)
        if len(bound) == 1 and bound[0].how is How.ASSIGN and bound[0].value is not None:
            yield from _inside(bound[0].value, here, depth + 1)
        return
    for part in within(value):
        if isinstance(part, cst.Call) and _is_parallel(part):
            if (here.qualified(part.func) or "").startswith(_LIBRARIES):
                yield part
        elif isinstance(part, cst.Arg) and isinstance(part.value, cst.Name):
            yield from _inside(part.value, here, depth + 1)
