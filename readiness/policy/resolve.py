"""Documents -> a policy that can be judged, with everything that is wrong told at once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta

from readiness.check import Artifact, Release
from readiness.diagnostics import suggest
from readiness.errors import PolicyError
from readiness.places import Map
from readiness.plugins import Registry
from readiness.policy.documents import Document, read_chain
from readiness.policy.draft import CheckDraft, Draft, EvidenceDraft, draft
from readiness.policy.layers import enforced, layers, overrides
from readiness.policy.merge import check_id, merge, without_own
from readiness.policy.models import PolicySections
from readiness.policy.parents import Step, step_below
from readiness.policy.problems import Problems, place_of
from readiness.policy.rules import (
    Enforce,
    Feed,
    Origin,
    Policy,
    Rule,
    Waiver,
)
from readiness.policy.variables import substitute


def resolve(wanted: str, registry: Registry, environment: Mapping[str, str], now: datetime) -> Policy:
    """The policy of a path, `builtin:NAME` or `package:PACKAGE/NAME`.

    Raises PolicyError with every problem, and NoVerdictError when a plugin that it uses does not load.
    """
    chain = read_chain(wanted)
    written = merged(chain)
    problems = Problems(written)
    problems.read(PolicySections, written, ())
    tree = substitute(written, environment, problems)
    final = draft(tree, registry, problems)
    _refuse_unjudgeable(final, problems, now)
    _refuse_unknown_waived(tree, final, problems)
    problems.stop()
    steps = _steps(chain, Step(chain, written, final))
    release = _release(final)
    return Policy(
        name=str(tree["name"]),
        path=str(chain[-1].path),
        sha256=digest(chain),
        release=release,
        evidence={name: _feed(name, one, release) for name, one in final.evidence.items()},
        rules=tuple(_rule(id_, check, release, now) for id_, check in final.checks.items()),
        waivers=tuple(_resolved_waivers(final, tree)),
        layers=tuple(layers(steps, now)),
        parents=tuple(Origin(one.name, str(one.path)) for one in chain[:-1]),
        overrides=tuple(overrides(steps)),
        notes=tuple(_notes(final, now)),
    )


def merged(chain: Sequence[Document]) -> Map:
    """The tree that the documents of a chain come to."""
    tree = without_own(chain[0].tree)
    for document in chain[1:]:
        tree = merge(tree, document.tree)
    return tree


def digest(chain: Sequence[Document]) -> str:
    """`sha256:...` of everything that the documents say, in their order, and of which extends which.

    Comments, layout and the names of files do not count.
    """
    place = {document.path: i for i, document in enumerate(chain)}
    said = [{**document.tree, "extends": [place[path] for path in document.ancestors]} for document in chain]
    canonical = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return "sha256:" + hashlib.sha256(canonical.encode()).hexdigest()


def _steps(chain: Sequence[Document], whole: Step) -> list[Step]:
    """What each document says with what it extends; the policy itself is the last."""
    by_path = {document.path: document for document in chain}
    steps = []
    for document in chain[:-1]:
        own = [*(by_path[path] for path in document.ancestors), document]
        steps.append(step_below(own, merged(own), whole))
    return [*steps, whole]


def _refuse_unjudgeable(final: Draft, problems: Problems, now: datetime) -> None:
    for id_, check in final.checks.items():
        _refuse_when_of_nothing(check, final, problems)
        if check.said.enforce is Enforce.ADVISORY and check.said.enforce_from is not None:
            problems.add(
                (*check.place, "enforce-from"),
                f"'{id_}' is advisory anyway",
                "set `enforce:` to what it becomes",
            )
    _refuse_unbindable(final, problems)
    _refuse_unknown_floors(final, problems)
    for path, waiver in final.waivers:
        furthest = now + timedelta(days=final.decision.max_days + 1)
        if waiver.expires > furthest:
            most = f"at most {final.decision.max_days} days ahead are allowed (`decision: max-days`)"
            problems.add((*path, "expires"), f"the waiver lasts too long: {most}")


def _refuse_unknown_waived(tree: Map, final: Draft, problems: Problems) -> None:
    entries = tree.get("checks")
    known = {id_ for entry in (entries if isinstance(entries, list) else ()) if (id_ := check_id(entry))}
    for path, waiver in final.waivers:
        if waiver.check not in known:
            problems.add_unknown((*path, "check"), "check in this policy", waiver.check, known)


def _refuse_unknown_floors(final: Draft, problems: Problems) -> None:
    known = {check.said.heading for check in final.checks.values()}
    for name in final.decision.floors:
        if name not in known and not problems.found:
            problems.add(
                ("decision", "floors", name),
                f"no check here is of the category '{name}'",
                suggest(name, known) or "a floor under nothing is never reached",
                at_key=True,
            )


def _refuse_unbindable(final: Draft, problems: Problems) -> None:
    """A binding that was asked for needs something to bind to."""
    for name, one in final.evidence.items():
        to = one.spec.bind
        if to in ("commit", "version") and final.release is not None and getattr(final.release, to) is None:
            message = f"release.{to} is not set, so nothing can be bound to it"
            problems.add(("evidence", name, "bind"), message, "set it under `release:`")


def _refuse_when_of_nothing(check: CheckDraft, final: Draft, problems: Problems) -> None:
    """A `when:` of a field that is not set would switch the check off in silence."""
    for field in check.said.when or {}:
        if final.release is not None and getattr(final.release, field) is None:
            where = (*check.place, "when", field)
            problems.add(
                where,
                f"release.{field} is not set, so nobody can tell whether this applies",
                "set it under `release:`",
            )


def _rule(id_: str, check: CheckDraft, release: Release, now: datetime) -> Rule:
    enforce = enforced(check, now)
    early, start = enforce is not check.said.enforce, check.said.enforce_from
    return Rule(
        id=id_,
        use=check.said.use,
        check=check.check(check.params),
        category=check.said.heading,
        enforce=enforce,
        weight=check.said.weight or 1,
        feeds=check.feeds or {},
        written=dict(check.written),
        off=_off(check, release),
        note=f"advisory until {start}, then {check.said.enforce}" if early else None,
        starts=datetime.combine(start, time(), UTC) if early and start else None,
    )


def _off(check: CheckDraft, release: Release) -> str | None:
    for field, allowed in (check.said.when or {}).items():
        value = getattr(release, field)
        if value not in allowed:
            return f"not asked: the {field} is {value}, and this is for {' or '.join(allowed)}"
    return None


def _feed(name: str, one: EvidenceDraft, release: Release) -> Feed:
    bind = one.spec.bind or one.kind.binds
    if bind in ("commit", "version") and getattr(release, bind) is None:
        bind = None
    return Feed(name=name, label=one.spec.kind, kind=one.kind, spec=one.spec, max_age=one.max_age, bind=bind)


def _release(final: Draft) -> Release:
    said = final.release
    if said is None:
        raise PolicyError(["the policy says nothing of the release"])
    artifacts = tuple(Artifact(one.name, one.digest) for one in said.artifacts)
    return Release(said.name, said.version, said.commit, said.environment, artifacts)


def _resolved_waivers(final: Draft, tree: Map) -> Iterator[Waiver]:
    for path, one in final.waivers:
        place = place_of(tree, (*path, "object" if one.object else "check"))
        yield Waiver(
            check=one.check,
            object=one.object,
            covers=one.for_,
            reason=one.reason,
            owner=one.owner,
            until=one.expires,
            place=f"{place.text.name}:{place.line}:{place.column}",
        )


def _notes(final: Draft, now: datetime) -> Iterator[str]:
    used = {
        name for check in final.checks.values() for names in (check.feeds or {}).values() for name in names
    }
    for name in final.evidence:
        if name not in used:
            yield f"evidence '{name}' is declared, and no check uses it"
    if not any(enforced(check, now) is Enforce.REQUIRED for check in final.checks.values()):
        yield "no check is required, so this policy can never say GO"
