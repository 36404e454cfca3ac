"""The check infrastructure/compose."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from readiness.check import Check, Finding, Location, Outcome, Params
from readiness.evidence.compose import Compose as Project
from readiness.evidence.compose import Service
from readiness.evidence.model import Reason

from . import _compose_rules as rules
from ._peers import remarked
from ._pins import Pin

Name = Annotated[str, StringConstraints(min_length=1, pattern=r"^\S+$")]


class ComposeParams(Params):
    """What is asked of each service."""

    pin: Pin = "tag"
    """How images are pinned: `latest` and no tag are refused in any case."""
    limits: Annotated[tuple[Literal["memory", "cpus", "pids"], ...], Field(strict=False)] = ("memory",)
    """What each service must be limited in."""
    one_shot: Annotated[tuple[Name, ...], Field(strict=False)] = ()
    """Services that run to their end, as a migration does: neither a healthcheck nor a restart is asked of them.

    Those that another one waits for with `service_completed_successfully` are known.
    """
    profiles: Annotated[tuple[Name, ...] | None, Field(strict=False)] = None
    """The profiles that production starts; without it every service is judged, whatever its profiles."""


class Compose(Check[ComposeParams]):
    """Every Compose service is asked for its health, restarts, is limited and pinned, and holds no plain secret.

    ## Why it matters

    Compose starts what it is told and then looks away. Without a restart policy a service that crashes stays down;
    without a healthcheck one that hangs counts as running, and what depends on it starts too early; without a limit
    of memory one service takes the others down with it. An image without a fixed tag is another image after the next
    pull, and a password in `environment` is in the repository for ever.

    The files are judged before variables are filled in. What a variable decides is unproven, and the default of a
    variable that is a secret counts as one. What `extends` and `include` bring from files that were not read is
    unproven as well.

    ## How to fix it

    Say of each service what it needs:

        services:
          web:
            image: registry.acme/web:1.4.2@sha256:...
            restart: unless-stopped
            healthcheck:
              test: [CMD, wget, -qO-, "http://localhost:8080/health"]
            deploy: {resources: {limits: {memory: 256M, cpus: "0.5"}}}
            environment:
              DB_PASSWORD: ${DB_PASSWORD:?}

    Name the files that are laid over the first one in `overrides:` of the evidence, or judge what compose makes of
    them with the variables of production: `docker compose -f ... config > rendered.yaml`. It then holds the values
    of secrets: keep it out of the repository, and take them from `secrets:` instead of the environment.

    ## References

    - Compose specification, Services: https://docs.docker.com/reference/compose-file/services/
    - Compose specification, Merge: https://docs.docker.com/reference/compose-file/merge/
    - Docker, Secrets in Compose: https://docs.docker.com/compose/how-tos/use-secrets/
    """

    def judge(self, compose: Project) -> Iterator[Finding]:
        """Each service apart."""
        for one in compose.included:
            yield Finding(
                outcome=Outcome.UNPROVEN,
                reason=Reason.INSUFFICIENT,
                message=f"it includes {one.text}, which is not read here",
                location=Location(one.place.file, one.place.line),
                next="judge what compose makes of it: docker compose config > rendered.yaml",
            )
        judged = [one for one in compose.services if rules.is_active(one.profiles, self.params.profiles)]
        yield from self._unknown_names(compose)
        ending = {*self.params.one_shot, *compose.finished_first}
        yield from remarked(compose.remarks)
        good = 0
        for service in judged:
            found = list(self._flaws(service, is_ending=service.name in ending))
            yield from found
            yield from rules.notes(service)
            good += not found
        if good:
            message = f"{good} {'service' if good == 1 else 'services'} as asked"
            yield Finding(outcome=Outcome.PASS, message=message, count=good)
        elif not judged:
            yield self._nothing(compose)

    def _flaws(self, service: Service, *, is_ending: bool) -> Iterator[Finding]:
        yield from rules.unseen(service)
        yield from rules.image(service, self.params.pin)
        if not is_ending:
            yield from rules.healthcheck(service)
            yield from rules.restart(service)
        for name in dict.fromkeys(self.params.limits):
            yield from rules.limit(service, name)
        yield from rules.secrets(service)

    def _unknown_names(self, compose: Project) -> Iterator[Finding]:
        there = {one.name for one in compose.services}
        for name in self.params.one_shot:
            if name not in there:
                yield Finding(
                    outcome=Outcome.UNPROVEN,
                    reason=Reason.MISSING,
                    message=f"there is no service {name}, which `one-shot` names",
                    next="correct `one-shot` in the policy",
                )

    def _nothing(self, compose: Project) -> Finding:
        active = ", ".join(self.params.profiles or ()) or "none"
        message = f"none of {len(compose.services)} services is started with these profiles: {active}"
        return Finding(
            outcome=Outcome.UNPROVEN,
            reason=Reason.MISSING,
            message=message,
            next="correct `profiles` in the policy",
        )
