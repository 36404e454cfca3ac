"""What is asked of one service of a Compose project."""

from __future__ import annotations

import re
from collections.abc import Iterator

from readiness.check import Finding, Location, Outcome
from readiness.evidence.compose import Service, Variable, references, without_references
from readiness.evidence.model import Reason
from readiness.evidence.written import Place, Written

from ._empty_probes import never_fails
from ._pins import SHORTER, Pin, loose_pin
from ._secret_names import may_be_secret, promises_secret
from ._secret_values import secret_in

_RESTARTS = re.compile(r"always|unless-stopped|on-failure(?::[1-9][0-9]{0,8})?")
_CONDITIONS = frozenset(("any", "on-failure"))
_AMOUNT = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,9})?)\s*(?:[kKmMgGtT]?[iI]?[bB]?)", re.ASCII)
_RENDER = "set it for production, and judge the output of `docker compose config`"
_STORE = "take it from `secrets:` or from the shell (${NAME:?}), and change what was shown"


def failed(
    service: Service, place: Place, what: str, next_: str, *, observed: str = "", expected: str = ""
) -> Finding:
    """Something bad; `what` goes on from the name of the service."""
    return Finding(
        outcome=Outcome.FAIL,
        message=f"{service.name} {what}",
        observed=observed,
        expected=expected,
        object=name_of(service),
        location=Location(place.file, place.line),
        next=next_,
    )


def unknown(
    service: Service, place: Place, what: str, next_: str = _RENDER, *, observed: str = ""
) -> Finding:
    """Something that the files do not show either way."""
    return Finding(
        outcome=Outcome.UNPROVEN,
        reason=Reason.INSUFFICIENT,
        message=f"{service.name} {what}",
        observed=observed,
        object=name_of(service),
        location=Location(place.file, place.line),
        next=next_,
    )


def name_of(service: Service) -> str:
    """What waivers call a service."""
    return f"Service/{service.name}"


def unseen(service: Service) -> Iterator[Finding]:
    """What a service inherits from files that were not read."""
    for one in service.extended:
        yield unknown(service, one.place, f"extends {one.service} of {one.file}, which is not read here")


def healthcheck(service: Service) -> Iterator[Finding]:
    """A service that nobody asks whether it works."""
    next_ = "add a healthcheck whose test fails when the service cannot answer"
    said = service.healthcheck
    if said is None:
        yield from _absent(service, "has no healthcheck", next_)
        return
    command = " ".join(said.test[1:] if said.test[:1] in (("CMD",), ("CMD-SHELL",)) else said.test).strip()
    if said.disable and said.disable.text != "false":
        if references(said.disable.text):
            yield unknown(service, said.place, "has a healthcheck that a variable may switch off")
        else:
            yield failed(service, said.place, "switches its healthcheck off", next_)
    elif said.test[:1] == ("NONE",):
        yield failed(service, said.place, "switches its healthcheck off", next_)
    elif not command:
        yield from _absent(service, "has a healthcheck without a test", next_, said.place)
    elif never_fails(command):
        yield failed(service, said.place, "has a healthcheck that never fails", next_)


def restart(service: Service) -> Iterator[Finding]:
    """A service that stays down once it has ended."""
    next_ = "write restart: unless-stopped"
    said = service.restart or service.restart_condition
    if said is None:
        yield from _absent(service, "says nothing of restart, which is never", next_)
    elif references(said.text):
        yield unknown(service, said.place, "has a restart that a variable decides", observed=said.text)
    elif not (_RESTARTS.fullmatch(said.text) if service.restart else said.text in _CONDITIONS):
        yield failed(service, said.place, f"has restart: {said.text}", next_, observed=said.text)


def limit(service: Service, name: str) -> Iterator[Finding]:
    """A service that may take all of the machine."""
    next_ = f"set deploy.resources.limits.{name}"
    said = service.limits.get(name)
    if said is None:
        yield from _absent(service, f"has no limit of {name}", next_)
    elif references(said.text):
        yield unknown(
            service, said.place, f"has a limit of {name} that a variable decides", observed=said.text
        )
    elif (found := _AMOUNT.fullmatch(said.text.strip())) is None or not float(found[1]):
        yield failed(
            service, said.place, f"has a limit of {name} that limits nothing", next_, observed=said.text
        )


def image(service: Service, pin: Pin) -> Iterator[Finding]:
    """An image that may be another one tomorrow. What is built from source here is not pulled."""
    next_ = "write the tag that was tested, with its digest: image:tag@sha256:..."
    said = service.image
    if service.build is not None:
        return
    if said is None:
        yield from _absent(service, "names no image", next_)
    elif references(said.text):
        yield unknown(
            service, said.place, f"has an image that variables decide: {said.text}", observed=said.text
        )
    elif wrong := loose_pin(said.text, pin):
        what = f"has the image {said.text}, which {wrong}"
        yield failed(service, said.place, what, next_, observed=said.text, expected=SHORTER[pin])


def secrets(service: Service) -> Iterator[Finding]:
    """Secrets in the open; their values are never shown."""
    for one in service.environment:
        if what := _open_secret(one):
            yield failed(
                service,
                one.place,
                f"{what} in its environment",
                _STORE,
                observed="written out",
                expected="a reference",
            )


def _open_secret(variable: Variable) -> str:
    """What is in the open: a value, or the default of a variable, that is a secret by its name or by its form."""
    value = variable.value or ""
    defaults = [one.default for one in references(value) if one.default]
    for text in (without_references(value), *defaults):
        if form := secret_in(text):
            return f"holds {form}"
        if promises_secret(variable.name) and may_be_secret(variable.name, text):
            return f"has a value for {variable.name}"
    return f"holds {secret_in(value)}" if secret_in(value) else ""


def notes(service: Service) -> Iterator[Finding]:
    """What is worth knowing, and does not count."""
    told: list[tuple[Place, str]] = [
        (one.place, f"takes variables from {one.text}, which is not read here") for one in service.env_files
    ]
    if service.build is not None:
        told.append((service.build, "is built from source where it runs: judge its Dockerfile"))
    for place, what in told:
        yield Finding(
            outcome=Outcome.PASS,
            message=f"{service.name} {what}",
            object=name_of(service),
            location=Location(place.file, place.line),
            note=True,
        )


def _absent(service: Service, what: str, next_: str, place: Place | None = None) -> Iterator[Finding]:
    """What is not said here may still be inherited from a file that was not read: `unseen` has told that."""
    if not service.extended:
        yield failed(service, place or service.place, what, next_, observed="absent")


def is_active(profiles: tuple[Written, ...], active: tuple[str, ...] | None) -> bool:
    """Whether a service is started: always without a profile, and else with one that is active."""
    return active is None or not profiles or any(one.text in active for one in profiles)
