"""Who owns what: CODEOWNERS, and the catalog of services."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar, Literal

from readiness.evidence.model import Facts, Value

Dialect = Literal["github", "gitlab"]
_PREFIX = re.compile(r"^(?:(?:group|user):)?(?:[a-z0-9_.-]+/)*", re.IGNORECASE)


class OwnerProblem(Value, frozen=True):
    """A line of CODEOWNERS that its platform would skip, and why."""

    line: int
    message: str


class CodeOwners(Value, frozen=True, kw_only=True):
    """CODEOWNERS of the commit, applied to its files.

    `owners` counts the files of each owner, by the last rule that fits (in each section). `owned` counts the files
    that have one, of `files` in all; `unowned` are the first that have none. None of `owned` when there were too many
    rules and files to tell.
    """

    path: str
    dialect: Dialect
    rules: int
    owners: Mapping[str, int] = {}
    files: int = 0
    owned: int | None = None
    unowned: tuple[str, ...] = ()
    problems: tuple[OwnerProblem, ...] = ()


class Contact(Value, frozen=True):
    """One way to whoever is on call: what names it (`pagerduty.com/service-id`), its value, and the line."""

    name: str
    value: str
    line: int


class Component(Value, frozen=True, kw_only=True):
    """One `Component` of a Backstage catalog file, with the lines of its fields; absent fields are empty."""

    name: str
    line: int
    owner: str = ""
    lifecycle: str = ""
    system: str = ""
    type: str = ""
    owner_line: int = 0
    lifecycle_line: int = 0
    on_call: tuple[Contact, ...] = ()

    @property
    def object(self) -> str:
        """As waivers call it."""
        return f"Component/{self.name}"


class Catalog(Facts, frozen=True, kw_only=True):
    """The components of a catalog file; `others` counts its entities of other kinds."""

    kind: ClassVar[str] = "catalog"
    path: str
    components: tuple[Component, ...]
    others: int = 0

    def summary(self) -> Mapping[str, object]:
        """Each component with its owner and lifecycle."""
        return {
            "components": {
                one.name: {"owner": one.owner, "lifecycle": one.lifecycle, "on_call": len(one.on_call)}
                for one in self.components
            },
            "others": self.others,
        }

    def objects(self) -> frozenset[str]:
        """`Component/name` of each."""
        return frozenset(one.object for one in self.components)


def slug(owner: str) -> str:
    """The bare name of an owner: `checkout-team` of `@acme/shop/checkout-team` and of `group:default/Checkout Team`."""
    plain = owner.strip().casefold().lstrip("@")
    if "@" in plain:  # an address
        return plain
    return re.sub(r"[\s_]+", "-", _PREFIX.sub("", plain)).strip("-")


def is_named(owner: str, text: str) -> bool:
    """Whether a text holds the bare name of an owner, written with dashes, underscores or blanks, or as a handle."""
    words = re.escape(slug(owner)).replace(r"\-", r"[\s_-]")
    return bool(words) and bool(re.search(rf"(?i)(?<![\w-]){words}(?![\w-])", text))
