# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``check --explain PATH:LINE``: why something is, or is not, flagged there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from greenlint.errors import UsageError
from greenlint.finding import Finding
from greenlint.messages import Message, say
from greenlint.result import FileResult
from greenlint.rule import Confidence, Lifecycle, Proof, RuleInfo
from greenlint.ruleset import Ruleset, read_rules
from greenlint.run import processors, run
from greenlint.select import ALL, matches, narrowest
from greenlint.sift import sift

if TYPE_CHECKING:
    from greenlint.cli.linting import Lint


def place(word: str) -> tuple[str, int]:
    """PATH and LINE of the option; raises UsageError."""
    path, colon, line = word.rpartition(":")
    if not colon or not path or not line.isdigit() or int(line) < 1:
        raise UsageError(
            "--explain {word} is not PATH:LINE, such as shop/views.py:42.", word=repr(word)
        )
    return path, int(line)


def explain(lint: Lint, line: int) -> Iterator[str]:
    """What every rule that there is has to say of one line of the one file of `lint`."""
    language = lint.settings.language
    if not lint.jobs:
        yield language.say(
            "This file is not checked: exclude, extend-exclude or .gitignore leaves it out."
        )
        return
    job = lint.jobs[0]
    everything = read_rules(
        lint.plugins,
        replace(
            lint.config,
            select=(ALL, *(info.code for info in lint.rules.every)),
            extend_select=(),
            ignore=(),
            preview=True,
            min_proof=Proof.REASONED,
            min_confidence=Confidence.LOW,
        ),
    )
    checker = replace(lint.plan, rules=everything.running, options=everything.options).checker()
    from greenlint.source import SourceFile

    source = SourceFile(job.name, job.raw if job.raw is not None else job.path.read_bytes())
    result = checker.check(source, is_test=False)
    result = replace(result, findings=(*result.findings, *_across(lint, everything)))
    here = [f for f in result.findings if f.span.line <= line <= f.span.end_line]
    yield f"{lint.shown(job.name)}:{line}"
    for finding in here:
        said = language.of(finding.message)
        yield f"  {finding.code} {lint.rules.by_code[finding.code].name}: {said}"
        yield f"    {language.of(_standing(lint, finding, result))}"
    if not here:
        yield language.say("  No rule sees waste on this line.")
    needy = [info for info in everything.running if info.needles]
    looked = [i.code for i in needy if any(needle in source.raw for needle in i.needles)]
    idle = [i.code for i in needy if not any(needle in source.raw for needle in i.needles)]
    yield language.say(
        "  Rules that looked at this file: {codes}.",
        codes=", ".join(looked) or language.say("none"),
    )
    yield language.say(
        "  Rules that found nothing here to look at: {codes}.",
        codes=", ".join(idle) or language.say("none"),
    )


def _across(lint: Lint, everything: Ruleset) -> tuple[Finding, ...]:
    """What the rules that look across files find in the file, with the whole project around it."""
    rules = tuple(info for info in everything.running if info.across)
    if not rules:
        return ()
    plan = replace(lint.plan, rules=rules, options=everything.options)
    lint.plan = plan
    job = lint.jobs[0]._replace(ignored=(), is_test=False)
    ran = run([job], plan, around=lint.around, processes=processors())
    return ran.results[job.name].findings


def _standing(lint: Lint, finding: Finding, result: FileResult) -> Message:
    """Why a finding is reported, or by what it is taken away."""
    info = lint.rules.by_code[finding.code]
    job = lint.jobs[0]
    if finding.code in job.ignored:
        return say("Not reported: per-file-ignores leaves this rule out of this file.")
    if job.is_test and not info.tests:
        return say("Not reported: this rule leaves test files alone.")
    if info not in lint.rules.active:
        return _why_off(info, lint.rules)
    if not lint.rules.sure_enough(finding.code, finding.confidence):
        return say(
            "Not reported: the confidence is {confidence}, and `min-confidence` is `{least}`.",
            confidence=finding.confidence,
            least=lint.config.min_confidence,
        )
    sifted = sift({job.name: result}, [job], lint.rules, today=date.today(), baseline=lint.baseline)
    hidden = {entry.finding.fingerprint: entry.suppressed for entry in sifted.hidden}
    if (away := hidden.get(finding.fingerprint)) is not None:
        by = say("a comment") if away.kind == "inSource" else say("the baseline")
        reason = f" ({away.reason})" if away.reason else ""
        return say("Not reported: {by} takes it away{reason}.", by=by, reason=reason)
    return say(
        "Reported, with {confidence} confidence; proof: {proof}.",
        confidence=finding.confidence,
        proof=info.proof,
    )


def _why_off(info: RuleInfo, rules: Ruleset) -> Message:
    config = rules.config
    asked = narrowest((*config.select, *config.extend_select), info)
    if narrowest(config.ignore, info) >= max(asked, 1):
        by = next(word for word in config.ignore if matches(word, info))
        return say("Not reported: `ignore` names {word}.", word=by)
    if not asked:
        return say("Not reported: `select` does not name {code}.", code=info.code)
    if info.opt_in:
        return say(
            "Not reported: the rule is opt-in; name it with `--extend-select {code}`.",
            code=info.code,
        )
    if info.lifecycle is not Lifecycle.STABLE:
        return say(
            "Not reported: the rule is {lifecycle}; use `--preview` or `--extend-select {code}`.",
            lifecycle=info.lifecycle,
            code=info.code,
        )
    if info.proof.rank > config.min_proof.rank:
        return say(
            "Not reported: its proof is {proof}, and `min-proof` is `{least}`.",
            proof=info.proof,
            least=config.min_proof,
        )
    return say(
        "Not reported: its confidence is {confidence}, and `min-confidence` is `{least}`.",
        confidence=info.confidence,
        least=config.min_confidence,
    )
