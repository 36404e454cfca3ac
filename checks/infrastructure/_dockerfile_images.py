"""The images that a Dockerfile builds on and copies from, and how much of them is shipped."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from readiness.check import Finding
from readiness.evidence.dockerfile import Filled, Instruction
from readiness.evidence.written import Place

from ._dockerfile_rules import Built, failed, noted, unknown
from ._pins import SHORTER, Pin, loose_pin

_SCRATCH = "scratch"
_SMALL = re.compile(
    r"(?:^|[/_.-])(?:scratch|alpine|busybox|distroless|chainguard|wolfi(?:-base)?|slim|minimal|micro|static)"
    r"(?:$|[/:@_.-]|[0-9])"
)


def loose_images(built: Built, pin: Pin) -> Iterator[Finding]:
    """Every image that may be another one tomorrow; `scratch` is none."""
    for index, stage in enumerate(built.file.stages):
        if stage.parent is None and stage.base.text != _SCRATCH:
            yield from _loose(stage.base, stage.place, built.file.name_of(index), pin)
    for about, one in built.instructions():
        for image in _copied_from(one, built):
            yield from _loose(Filled(image, None if "$" in image else image), one.place, about, pin)


def _loose(base: Filled, place: Place, about: str, pin: Pin) -> Iterator[Finding]:
    written = base.written
    if base.text is None:
        message = (
            f"which image {written} is, is not told: a build argument without a default, or an unknown one"
        )
        yield unknown(place, message, "give the ARG a pinned default", about, observed=written)
        return
    wrong = loose_pin(base.text, pin)
    if wrong:
        next_ = "write the tag that was tested, with its digest: image:tag@sha256:..."
        message = f"the image {base.text} {wrong}"
        yield failed(place, message, next_, about, observed=base.text, expected=SHORTER[pin])
    elif base.arguments:
        yield noted(place, f"{written} is {base.text} unless the build sets {', '.join(base.arguments)}")


def _copied_from(one: Instruction, built: Built) -> Iterator[str]:
    """The images, other than stages, that files are taken from."""
    for source in sources_of(one):
        if source and built.file.index_of(source) is None and source != _SCRATCH:
            yield source


def sources_of(one: Instruction) -> Iterator[str]:
    """What `--from` names, also within `--mount`."""
    for name, value in one.flags:
        if name == "from":
            yield value
        if name == "mount":
            pairs = (part.partition("=") for part in value.split(","))
            yield from (text for key, _, text in pairs if key.strip() == "from")


def heavy_stage(built: Built, wanted: str, small: Sequence[str]) -> Iterator[Finding]:
    """A shipped stage that carries what the build needed."""
    if wanted == "any":
        return
    root = built.lineage[-1]
    base = root.base.text
    is_small = base is not None and (bool(_SMALL.search(base)) or _repository(base) in small)
    has_stages = any(
        built.file.index_of(source) is not None
        for stage in built.lineage
        for one in stage.of("COPY", "RUN")
        if not _copies_everything(one)
        for source in sources_of(one)
    )
    if {"multi-stage": has_stages, "small": is_small, "either": is_small or has_stages}[wanted]:
        return
    next_ = "build in one stage, and COPY --from it into a small one: distroless, alpine, slim or scratch"
    if base is None and not (wanted == "multi-stage" or has_stages):
        yield unknown(root.place, f"whether {built.label} is small is not told", next_, built.name)
        return
    what = "is not small" if wanted == "small" else "takes nothing from an earlier stage"
    what += ", and its image is a full one" if wanted == "either" else ""
    yield failed(root.place, f"{built.label} {what}", next_, built.name, observed=base or root.base.written)


def _copies_everything(one: Instruction) -> bool:
    """Whether it takes the whole file system, and with it the tools of the build."""
    sources = one.words[:-1] if one.keyword == "COPY" else ()
    return any(source.strip("./*") == "" and source.startswith("/") for source in sources)


def _repository(image: str) -> str:
    """The image without its tag and digest."""
    name = image.partition("@")[0]
    folder, slash, last = name.rpartition("/")
    return folder + slash + last.partition(":")[0]
