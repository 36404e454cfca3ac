"""The parts of a SARIF log that are read; all others may hold what they like."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

Level = Literal["none", "note", "warning", "error"]
ResultKind = Literal["pass", "open", "informational", "notApplicable", "review", "fail"]


class Part(msgspec.Struct, rename="camel"):
    """Base of all of them: keys as SARIF writes them."""


class Message(Part):
    """A text, or the id of one that the rule holds."""

    text: str | None = None
    markdown: str | None = None
    id: str | None = None


class Configuration(Part):
    """What a rule is set to."""

    level: Level | None = None


class Rule(Part):
    """One rule of a tool."""

    id: str
    name: str | None = None
    short_description: Message | None = None
    default_configuration: Configuration | None = None
    message_strings: dict[str, Message] | None = None
    properties: dict[str, Any] | None = None


class Component(Part):
    """The tool, or an extension of it with rules of its own."""

    name: str
    version: str | None = None
    semantic_version: str | None = None
    rules: list[Rule] | None = None


class Tool(Part):
    """Who ran."""

    driver: Component
    extensions: list[Component] | None = None


class ComponentReference(Part):
    """Which extension."""

    index: int = -1


class RuleReference(Part):
    """Which rule, of which component."""

    id: str | None = None
    index: int = -1
    tool_component: ComponentReference | None = None


class Place(Part):
    """A file, or which of the run's artifacts it is."""

    uri: str | None = None
    index: int = -1


class Region(Part):
    """Where in a file."""

    start_line: int | None = None


class Physical(Part):
    """A place in a file."""

    artifact_location: Place | None = None
    region: Region | None = None


class Logical(Part):
    """A place that is no file."""

    fully_qualified_name: str | None = None
    name: str | None = None


class Location(Part):
    """Where."""

    physical_location: Physical | None = None
    logical_locations: list[Logical] | None = None


class Suppression(Part):
    """Who took a result out, and whether that was accepted."""

    kind: str
    status: Literal["accepted", "underReview", "rejected"] = "accepted"
    justification: str | None = None


class Result(Part):
    """One result."""

    message: Message
    rule_id: str | None = None
    rule_index: int = -1
    rule: RuleReference | None = None
    kind: ResultKind = "fail"
    level: Level | None = None
    locations: list[Location] | None = None
    suppressions: list[Suppression] | None = None
    baseline_state: Literal["new", "unchanged", "updated", "absent"] | None = None
    fixes: list[Any] | None = None
    properties: dict[str, Any] | None = None


class Descriptor(Part):
    """What a notification is about."""

    id: str = ""


class Notification(Part):
    """What the tool says about its own run."""

    message: Message
    level: Level = "warning"
    descriptor: Descriptor | None = None
    locations: list[Location] | None = None


class Invocation(Part):
    """How the tool ran."""

    execution_successful: bool
    exit_code: int | None = None
    exit_code_description: str | None = None
    end_time_utc: str | None = None
    tool_execution_notifications: list[Notification] | None = None
    tool_configuration_notifications: list[Notification] | None = None


class Artifact(Part):
    """A file that has to do with the run."""

    location: Place | None = None
    roles: list[str] | None = None


class VersionControl(Part):
    """Which revision was looked at."""

    revision_id: str | None = None


class Elsewhere(Part):
    """Parts that stand in other files."""

    results: list[Any] | None = None
    artifacts: list[Any] | None = None


class Run(Part):
    """One run of one tool. Without `results` it analysed nothing; with an empty list it found nothing (3.14.23)."""

    tool: Tool
    results: list[Result] | None = None
    artifacts: list[Artifact] | None = None
    invocations: list[Invocation] | None = None
    versions: list[VersionControl] | None = msgspec.field(default=None, name="versionControlProvenance")
    external_property_file_references: Elsewhere | None = None


class Log(Part):
    """A whole file."""

    version: str
    runs: list[Run]
