"""Policy -> evidence, each read once: the only step that reads; then vetted: is it of this release, and fresh."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from readiness.check import Release
from readiness.evidence.model import Evidence, Item, Provenance, Reason, Unproven
from readiness.policy.rules import Feed, Policy
from readiness.readers.base import Context, Kind, Spec
from readiness.readers.shared import Shared
from readiness.units import show_age, show_duration

MAX_THREADS = 32
SKEW = timedelta(minutes=5)
_STAMP = "stamp it right after it is made: readiness evidence stamp FILE"


class Sources(Protocol):
    """Where evidence comes from: the world, an archive, or a test."""

    def collect(self, feed: Feed, release: Release, now: datetime) -> tuple[Item, ...]:
        """All items of one evidence, not vetted yet; never raises."""


class Live:
    """Files below a folder, and the network."""

    def __init__(self, root: Path, plugins: Mapping[str, str]) -> None:
        self._root, self._plugins, self._shared = root, plugins, Shared()

    def collect(self, feed: Feed, release: Release, now: datetime) -> tuple[Item, ...]:
        """All items of one evidence; a defect of a reader is malformed evidence, not the end of the gate."""
        context = Context(self._root, now, release.commit, feed.max_age, self._plugins, self._shared)
        try:
            return tuple(feed.kind.collect(feed.spec, context))
        except Exception as error:
            message = f"reading it failed: {type(error).__name__}: {error}"
            return (
                Item(
                    Provenance(feed.name),
                    None,
                    Reason.MALFORMED,
                    message,
                    "this is a defect: please report it",
                ),
            )


def gather(
    policy: Policy, sources: Sources, now: datetime, tell: Callable[[str], object] = str
) -> Mapping[str, Evidence]:
    """Read every evidence that a check in force asks for; `tell` hears the name of each before it is read."""
    wanted = sorted(
        {name for rule in policy.rules if not rule.off for names in rule.feeds.values() for name in names}
    )

    def one(name: str) -> Evidence:
        tell(name)
        feed = policy.evidence[name]
        items = _without_copies(sources.collect(feed, policy.release, now))
        return _evidence(feed, tuple(vet(item, feed, policy.release, now) for item in items))

    distant = [name for name in wanted if policy.evidence[name].kind.networked]
    answers = _in_threads(one, distant)
    found = {name: one(name) for name in wanted if name not in distant}
    for _ in distant:
        name, answer = answers.get()
        found[name] = (
            answer
            if isinstance(answer, Evidence)
            else _evidence(policy.evidence[name], (_broken(name, answer),))
        )
    return {name: found[name] for name in wanted}


def _in_threads(
    work: Callable[[str], Evidence], names: Sequence[str]
) -> queue.SimpleQueue[tuple[str, Evidence | BaseException]]:
    """Daemon threads: one that hangs must not hold the process, as those of an executor would."""
    todo: queue.SimpleQueue[str] = queue.SimpleQueue()
    done: queue.SimpleQueue[tuple[str, Evidence | BaseException]] = queue.SimpleQueue()
    for name in names:
        todo.put(name)

    def run() -> None:
        while True:
            try:
                name = todo.get_nowait()
            except queue.Empty:
                return
            try:
                done.put((name, work(name)))
            except BaseException as error:  # the one who waits must be told whatever it was
                done.put((name, error))

    for _ in range(min(MAX_THREADS, len(names))):
        threading.Thread(target=run, daemon=True).start()
    return done


def _without_copies(items: Sequence[Item]) -> Iterator[Item]:
    """A copy of a file is no second run, and must not count as one."""
    seen: dict[str, str] = {}
    for item in items:
        origin = item.provenance
        first = seen.setdefault(origin.sha256, origin.source)
        if origin.sha256 and first != origin.source:
            message, remedy = f"it is a copy of {first}", "give each run, or each part, a file of its own"
            yield Item(origin, None, Reason.MALFORMED, message, remedy)
        else:
            yield item


def _broken(name: str, error: BaseException) -> Item:
    return Item(
        Provenance(name), None, Reason.MALFORMED, f"reading it failed: {type(error).__name__}: {error}"
    )


def _evidence(feed: Feed, items: tuple[Item, ...]) -> Evidence:
    age = show_duration(feed.max_age) if feed.max_age is not None else None
    return Evidence(
        feed.name,
        feed.label,
        items,
        make_whole(feed.name, feed.kind, feed.spec, items),
        feed.spec.role,
        feed.bind,
        age,
        feed.kind.pools(feed.spec),
    )


def make_whole(name: str, kind: Kind[Any, Any], spec: Spec, items: Sequence[Item]) -> Item:
    """All items as one: good only when every one of them is, and their kind can combine them."""
    source = items[0].provenance if len(items) == 1 else Provenance(name)
    if not items:
        return Item(source, None, Reason.MISSING, "there is no such evidence")
    if gap := next((item for item in items if item.facts is None), None):
        return gap
    try:
        return Item(source, kind.combine([item.facts for item in items], spec))
    except Unproven as error:
        return Item(source, None, error.reason, error.message, error.remedy)


def vet(item: Item, feed: Feed, release: Release, now: datetime) -> Item:
    """The item, or why it does not count: it is of another release, or not known to be fresh."""
    if item.facts is None:
        return item
    for problem in (
        _unbound(item.provenance, feed.bind, release),
        _unfresh(item.provenance, feed.max_age, now),
    ):
        if problem is not None:
            return Item(item.provenance, None, problem.reason, problem.message, problem.remedy)
    return item


def _unbound(origin: Provenance, bind: str | None, release: Release) -> Unproven | None:
    pairs = {"commit": (origin.commit, release.commit), "version": (origin.version, release.version)}
    have, want = pairs.get(bind or "", (None, None))
    if want is None or have == want:
        return None
    if have is None:
        remedy = _STAMP if bind == "commit" else "let it tell its version, or set `bind: none`"
        return Unproven(Reason.UNBOUND, f"nothing tells of which {bind} it is; the release is {want}", remedy)
    return Unproven(
        Reason.WRONG_RELEASE,
        f"it is of the {bind} {have}; the release is {want}",
        "make it again for this release",
    )


def _unfresh(origin: Provenance, max_age: timedelta | None, now: datetime) -> Unproven | None:
    at, is_weak = origin.observed_at, origin.observed_from in (None, "mtime")
    if at is not None and at > now + SKEW and not (is_weak and max_age is None):
        return Unproven(
            Reason.MALFORMED,
            f"it is dated {at:%Y-%m-%d %H:%M} UTC, which is in the future",
            "check the clocks",
        )
    if max_age is None:
        return None
    most = f"at most {show_duration(max_age)} is allowed"
    if at is not None and now - at > max_age:
        return Unproven(Reason.STALE, f"it is {show_age(now - at)} old; {most}", "make it again")
    if is_weak:
        return Unproven(Reason.UNDATED, f"only the file's own time tells how old it is; {most}", _STAMP)
    return None
