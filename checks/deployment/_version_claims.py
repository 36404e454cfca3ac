"""Who says which version: project files, images, endpoints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from readiness.check import Location
from readiness.evidence.endpoint import Endpoint, HttpAnswer
from readiness.evidence.fields import Found, find, parse_path
from readiness.evidence.manifests import Container, Manifests, Workload, parse_image
from readiness.evidence.manifests.shapes import show_path
from readiness.evidence.model import Reason
from readiness.evidence.project import Project


@dataclass(frozen=True, slots=True)
class Claim:
    """`who` says that the release is `version`."""

    who: str
    version: str
    location: Location | None = None
    object: str | None = None


@dataclass(frozen=True, slots=True)
class Silence:
    """`who` should say a version and does not; `next` is what would help."""

    who: str
    reason: Reason
    message: str
    next: str
    location: Location | None = None
    object: str | None = None


Said = Claim | Silence


def said_by_project(project: Project) -> Said:
    """What one project file says."""
    location = Location(project.path, project.line)
    who = f"{project.path}: {project.key}"
    if project.released is None:
        return Silence(who, Reason.MISSING, "is not stated", f"state it in {project.path}", location)
    return Claim(who, project.released, location)


def said_by_images(manifests: Manifests, names: Sequence[str]) -> Iterator[Said]:
    """What the tags of the named images say, container by container; each name must be there."""
    seen: set[str] = set()
    for workload in manifests.index.workloads:
        for container in workload.images:
            repository = _repository(container.image)
            fits = {name for name in names if f"/{repository}".endswith(f"/{name}")}
            seen |= fits
            if fits:
                yield _tag_of(workload, container)
    for resource, error in manifests.index.misshapen:
        where = Location(resource.file, resource.line_of(*error.path))
        what = f"cannot be looked at: {show_path(error.path)}: {error}"
        yield Silence(resource.identity, Reason.MALFORMED, what, "correct it", where, resource.identity)
    for name in names:
        if name not in seen:
            yield Silence(
                f"the image {name}", Reason.MISSING, "is in no container of the set", "correct `images`"
            )


def _repository(reference: str) -> str:
    """What stands before tag and digest, whether the rest can be read or not."""
    folder, slash, last = reference.partition("@")[0].rpartition("/")
    return folder + slash + last.partition(":")[0]


def _tag_of(workload: Workload, container: Container) -> Said:
    resource = workload.resource
    name = workload.name_of(container)
    where = Location(resource.file, resource.line_of(*container.path, "image"))
    who = f"{name}: the image {container.image}"
    try:
        tag = parse_image(container.image).tag
    except ValueError as error:
        return Silence(who, Reason.MALFORMED, f"cannot be read: {error}", "render the manifests", where, name)
    if not tag:
        return Silence(who, Reason.MISSING, "has no tag", "write the version beside the digest", where, name)
    return Claim(who, tag, where, name)


def said_by_endpoint(endpoint: Endpoint, field: str) -> Iterator[Said]:
    """What every answer says; a try that failed says nothing, and neither does an answer that is no success."""
    if not endpoint.tries:
        yield Silence(endpoint.url, Reason.MISSING, "was not asked over HTTP", "give it an http(s) url")
    for failure in endpoint.failures:
        who = f"{endpoint.url} (try {failure.attempt})"
        yield Silence(who, failure.reason, failure.message, failure.remedy)
    for answer in endpoint.http:
        yield from _said_by_answer(answer, f"{endpoint.url} (try {answer.attempt})", field)


def _said_by_answer(answer: HttpAnswer, who: str, field: str) -> Iterator[Said]:
    help_ = f"let it answer 200 with JSON that holds {field}, or set `endpoint-field`"
    if not 200 <= answer.status <= 299:
        yield Silence(who, Reason.MALFORMED, f"answered {answer.status}", help_)
    elif not answer.is_json:
        yield Silence(who, Reason.MALFORMED, "did not answer with JSON", help_)
    else:
        for found in find(answer.json, parse_path(field)):
            yield _said_by_field(found, who, help_)


def _said_by_field(found: Found, who: str, help_: str) -> Said:
    if found.state != "value":
        return Silence(who, Reason.MISSING, f"holds no {found.path}", help_)
    if not isinstance(found.value, str):
        return Silence(who, Reason.MALFORMED, f"{found.path} is no text", help_)
    return Claim(f"{who}: {found.path}", found.value)
