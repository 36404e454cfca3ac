"""Strict YAML with the place of every key and value, built on the events of PyYAML's C parser.

Two dialects share one builder. A *policy* is one document without anchors, tags or merge keys, in which `true` and
`false` are the only booleans. *Kubernetes* manifests are many documents with anchors and YAML 1.1 booleans, as
sigs.k8s.io/yaml reads them. Both refuse duplicate keys and are bounded: the C loader itself crashes the process
at some 200,000 levels, so the depth is counted while events arrive.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, NoReturn, TypeVar

import yaml

from readiness.errors import ReadinessError

MAX_BYTES = 10_000_000
MAX_DEPTH = 100
MAX_NODES = 2_000_000
Path = tuple[str | int, ...]

_POLICY_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}
_YAML_11_WORDS = {
    **{word: True for text in ("yes", "on", "true", "y") for word in (text, text.title(), text.upper())},
    **{word: False for text in ("no", "off", "false", "n") for word in (text, text.title(), text.upper())},
    **dict.fromkeys(("null", "Null", "NULL", "~", "")),
}
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,30})", re.ASCII)
_RADIX = re.compile(r"([-+]?)0(x[0-9a-fA-F]{1,30}|b[01]{1,90}|o?[0-7]{1,40})", re.ASCII)
_FLOAT = re.compile(r"[-+]?(0|[1-9][0-9]{0,30})(\.[0-9]{1,60})?([eE][-+]?[0-9]{1,2})?", re.ASCII)
_GO_FLOAT = re.compile(r"[-+]?(\.[0-9]{1,60}|[0-9]{1,60}(\.[0-9]{0,60})?)([eE][-+]?[0-9]{1,2})?", re.ASCII)
_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_FORBIDDEN = re.compile("[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CORE_TAG = "tag:yaml.org,2002:"
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Text:
    """The text of a file; `name` is what messages call it. Equal by both, hashed by the name alone: it is cheap."""

    name: str
    content: str

    @cached_property
    def lines(self) -> list[str]:
        """The lines without their ends, as YAML counts them; never empty."""
        lines = _BREAK.split(self.content)
        return lines[:-1] if len(lines) > 1 and not lines[-1] else lines

    def __hash__(self) -> int:
        return hash(self.name)


class Place(NamedTuple):
    """A stretch of one line of a text; lines and columns count from 1."""

    text: Text
    line: int
    column: int
    width: int


class Problem(NamedTuple):
    """What is wrong, where, and what may help."""

    place: Place
    message: str
    help: str = ""


class YamlError(ReadinessError):
    """A text that is not the YAML that was asked for."""

    def __init__(self, problems: list[Problem]) -> None:
        first = problems[0]
        super().__init__(f"line {first.place.line}, column {first.place.column}: {first.message}")
        self.problems = problems


class Map(dict[str, Any]):
    """A mapping that knows where it, its keys and its values stand."""

    __slots__ = ("key_places", "place", "value_places")

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place
        self.key_places: dict[str, Place] = {}
        self.value_places: dict[str, Place] = {}


class Seq(list[Any]):
    """A sequence that knows where it and its items stand."""

    __slots__ = ("place", "value_places")

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place
        self.value_places: list[Place] = []


class LinedMap(dict[str, Any]):
    """A mapping of a manifest: `line` is its own, `lines` those of its keys."""

    __slots__ = ("line", "lines")

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}


class LinedList(list[Any]):
    """A list of a configuration file: `lines` are those of its items."""

    __slots__ = ("lines",)

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[int] = []


class Tagged(NamedTuple):
    """A value of a configuration file with a tag that has a meaning there."""

    tag: str
    value: Any
    line: int


N = TypeVar("N", Map, LinedMap)


def load_policy(text: Text) -> tuple[Any, Place]:
    """The one document of a policy file, and its place; None when the file is empty.

    Raises YamlError with every problem that can be told at once.
    """
    builder = _PolicyBuilder(text)
    documents = list(builder.documents())
    if len(documents) > 1:
        builder.problems.append(
            Problem(documents[1][1], "a policy is one document; a second one begins here")
        )
    if builder.problems:
        raise YamlError(builder.problems)
    return documents[0] if documents else (None, Place(text, 1, 1, 1))


def load_kubernetes(text: Text) -> Iterator[tuple[Any, int]]:
    """The documents of a manifest file, each with the line where it begins; raises YamlError."""
    builder = _KubernetesBuilder(text)
    for document, place in builder.documents():
        if builder.problems:
            raise YamlError(builder.problems)
        yield document, place.line


def load_configuration(text: Text, tags: frozenset[str] = frozenset()) -> Iterator[tuple[Any, int]]:
    """The documents of a file as `load_kubernetes` reads them, with lists as LinedList; raises YamlError.

    Keys are text as they are written, so that `on:` is no boolean. A value with one of the `tags` is a Tagged.
    """
    builder = _ConfigurationBuilder(text, tags)
    for document, place in builder.documents():
        if builder.problems:
            raise YamlError(builder.problems)
        yield document, place.line


class _Builder:
    """Events -> nodes; what differs between the dialects is in the methods below `node`."""

    def __init__(self, text: Text) -> None:
        self.text = text
        self.problems: list[Problem] = []
        self.count = 0
        if _is_larger(text.content, MAX_BYTES):
            self.refuse(Place(text, 1, 1, 1), f"the file is larger than {MAX_BYTES // 10**6} MB")
        self.refuse_forbidden()

    def documents(self) -> Iterator[tuple[Any, Place]]:
        loader = _LOADER(self.text.content)
        self.next = loader.get_event
        try:
            while (event := self.next()) is not None:
                if isinstance(event, yaml.DocumentStartEvent):
                    root = self.next()
                    yield self.node(root, 1), self.place(root)
        except yaml.MarkedYAMLError as error:
            self.refuse_syntax(error)
        except (yaml.YAMLError, ValueError, OverflowError):  # the pure loader, at an escape of no character
            self.refuse(Place(self.text, 1, 1, 1), "not YAML: an escape in a string is no character")
        finally:
            loader.dispose()

    def node(self, event: Any, depth: int) -> Any:
        self.count += 1
        if depth > MAX_DEPTH:
            self.refuse(self.place(event), f"nested more than {MAX_DEPTH} levels deep")
        if self.count > MAX_NODES:
            self.refuse(self.place(event), f"more than {MAX_NODES:,} values")
        kind = type(event)
        if kind is yaml.ScalarEvent:
            return self.scalar(event)
        if kind is yaml.MappingStartEvent:
            return self.mapping(event, depth)
        if kind is yaml.SequenceStartEvent:
            return self.sequence(event, depth)
        return self.alias(event, depth)

    def mapping(self, event: Any, depth: int) -> Any:
        raise NotImplementedError

    def sequence(self, event: Any, depth: int) -> Any:
        raise NotImplementedError

    def scalar(self, event: Any) -> Any:
        raise NotImplementedError

    def alias(self, event: Any, depth: int) -> Any:
        raise NotImplementedError

    def place(self, event: Any) -> Place:
        start, end = event.start_mark, event.end_mark
        width = end.column - start.column if end.line == start.line else 1
        return Place(self.text, start.line + 1, start.column + 1, max(1, width))

    def refuse_forbidden(self) -> None:
        start = 1 if self.text.content.startswith("\ufeff") else 0
        if found := _FORBIDDEN.search(self.text.content, start):
            lines = _BREAK.split(self.text.content[: found.start()])
            place = Place(self.text, len(lines), len(lines[-1]) + 1, 1)
            self.refuse(place, f"a character that YAML forbids: U+{ord(found[0]):04X}")

    def refuse(self, place: Place, message: str, help_: str = "") -> NoReturn:
        raise YamlError([*self.problems, Problem(place, message, help_)])

    def refuse_syntax(self, error: yaml.MarkedYAMLError) -> NoReturn:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        line = min(line, len(self.text.lines))
        what = error.problem or error.context or "cannot be parsed"
        self.refuse(
            Place(self.text, line, column, 1), f"not YAML: {what}", _syntax_help(self.text.lines[line - 1])
        )


def _is_larger(content: str, limit: int) -> bool:
    """Whether a text is longer in UTF-8; it is not encoded where its length tells already."""
    if content.isascii() or len(content) > limit:
        return len(content) > limit
    return len(content.encode("utf-8", "replace")) > limit


def _syntax_help(line: str) -> str:
    if re.search(r"[\s\[{,:]\*", line):
        return "a value that begins with `*` must be put in quotes"
    if re.search(r"(^|[^'\"\w])\$\{", line):
        return "put it in quotes: a `${...}` without them opens a mapping"
    if "\t" in line:
        return "YAML is indented by spaces, not by tabs"
    if re.search(r"[:{]\s*[{%]", line) and "{{" in line:
        return "this looks like a template that was not rendered"
    return ""


class _PolicyBuilder(_Builder):
    def node(self, event: Any, depth: int) -> Any:
        if getattr(event, "anchor", None) and type(event) is not yaml.AliasEvent:
            self.problems.append(
                Problem(self.place(event), "anchors have no place in a policy", "write it out")
            )
        if getattr(event, "tag", None) not in (None, "!"):
            self.problems.append(Problem(self.place(event), f"the tag {event.tag} has no place in a policy"))
        return super().node(event, depth)

    def mapping(self, event: Any, depth: int) -> Map:
        made = Map(self.place(event))
        while type(key := self.next()) is not yaml.MappingEndEvent:
            place = self.place(key)
            name = self.key(key, place)
            value = self.next()
            value_place = self.place(value)
            built = self.node(value, depth + 1)
            if name in made:
                first = made.key_places[name].line
                self.problems.append(
                    Problem(place, f"'{name}' is here a second time", f"the first is on line {first}")
                )
                continue
            made[name] = built
            made.key_places[name], made.value_places[name] = place, value_place
        return made

    def key(self, event: Any, place: Place) -> str:
        if type(event) is not yaml.ScalarEvent:
            help_ = "put a `${...}` in quotes" if "${" in self.text.lines[place.line - 1] else ""
            self.refuse(place, "a key is a word, not a list or a mapping", help_)
        if event.value == "<<" and event.implicit[0]:
            self.problems.append(Problem(place, "merge keys have no place in a policy", "write it out"))
        return str(event.value)

    def sequence(self, event: Any, depth: int) -> Seq:
        made = Seq(self.place(event))
        while type(item := self.next()) is not yaml.SequenceEndEvent:
            made.value_places.append(self.place(item))
            made.append(self.node(item, depth + 1))
        return made

    def scalar(self, event: Any) -> Any:
        text = event.value
        if not event.implicit[0] or event.tag or event.style:
            return text
        if text in _POLICY_WORDS:
            return _POLICY_WORDS[text]
        if _INTEGER.fullmatch(text):
            return int(text)
        return float(text) if _FLOAT.fullmatch(text) else text

    def alias(self, event: Any, depth: int) -> NoReturn:  # noqa: ARG002
        help_ = "if it is no alias, put it in quotes: a value must not begin with a bare `*`"
        self.refuse(self.place(event), "aliases have no place in a policy", help_)


class _KubernetesBuilder(_Builder):
    """Anchors are shared nodes, counted each time that they are used: an alias bomb meets the limit of nodes."""

    def __init__(self, text: Text) -> None:
        super().__init__(text)
        self.anchors: dict[str, tuple[Any, int, int]] = {}
        self.tags: frozenset[str] = frozenset()
        self.deepest = 0

    def documents(self) -> Iterator[tuple[Any, Place]]:
        for document in super().documents():
            yield document
            self.anchors.clear()

    def node(self, event: Any, depth: int) -> Any:
        tag = getattr(event, "tag", None)
        if tag not in (None, "!") and not tag.startswith(_CORE_TAG) and tag not in self.tags:
            self.refuse(self.place(event), f"the tag {tag} has no meaning in a manifest")
        anchor = getattr(event, "anchor", None)
        if anchor and type(event) is not yaml.AliasEvent:
            return self.anchored(anchor, event, depth)
        self.deepest = max(self.deepest, depth)
        return super().node(event, depth)

    def anchored(self, anchor: str, event: Any, depth: int) -> Any:
        """Build a node and keep it with its size and height: an alias costs what it stands for."""
        before, outer, self.deepest = self.count, self.deepest, depth
        made = super().node(event, depth)
        self.anchors[anchor] = made, self.count - before, self.deepest - depth
        self.deepest = max(self.deepest, outer)
        return made

    def alias(self, event: Any, depth: int) -> Any:
        if event.anchor not in self.anchors:
            self.refuse(self.place(event), f"no anchor is called '{event.anchor}'")
        made, size, height = self.anchors[event.anchor]
        self.count += size
        if self.count > MAX_NODES:
            self.refuse(self.place(event), f"more than {MAX_NODES:,} values, through aliases")
        if depth + height > MAX_DEPTH:
            self.refuse(self.place(event), f"nested more than {MAX_DEPTH} levels deep, through aliases")
        self.deepest = max(self.deepest, depth + height)
        return made

    def mapping(self, event: Any, depth: int) -> LinedMap:
        made = LinedMap(event.start_mark.line + 1)
        merged: list[Any] = []
        while type(key := self.next()) is not yaml.MappingEndEvent:
            line = key.start_mark.line + 1
            if type(key) is not yaml.ScalarEvent:
                self.refuse(
                    self.place(key), "a key is a mapping or a list", "a template that was not rendered?"
                )
            name = key.value
            value = self.node(self.next(), depth + 1)
            if name == "<<" and key.implicit[0]:
                merged.extend(value if isinstance(value, list) else [value])
                continue
            if name in made:
                help_ = f"the first is on line {made.lines[name]}"
                self.problems.append(Problem(self.place(key), f"'{name}' is here a second time", help_))
            made[name], made.lines[name] = value, line
        for other in merged:
            self.merge(made, other, event)
        return made

    def merge(self, made: LinedMap, other: Any, event: Any) -> None:
        if not isinstance(other, LinedMap):
            self.refuse(self.place(event), "`<<` merges something that is no mapping")
        for name, value in other.items():
            if name not in made:
                made[name], made.lines[name] = value, other.lines[name]

    def sequence(self, event: Any, depth: int) -> list[Any]:  # noqa: ARG002
        made: list[Any] = []
        while type(item := self.next()) is not yaml.SequenceEndEvent:
            made.append(self.node(item, depth + 1))
        return made

    def scalar(self, event: Any) -> Any:
        text = event.value
        if event.implicit[0] and event.tag is None:
            return resolved(text)
        if event.tag in (None, "!", _CORE_TAG + "str"):
            return text
        return self.tagged(event, event.tag.removeprefix(_CORE_TAG))

    def tagged(self, event: Any, tag: str) -> Any:
        made = resolved(event.value)
        if tag == "float" and type(made) is int:
            made = float(made)
        if tag not in _TAGGED or type(made) is not _TAGGED[tag]:
            self.refuse(self.place(event), f"the tag !!{tag} does not fit this value")
        return made


class _ConfigurationBuilder(_KubernetesBuilder):
    """The same with the lines of lists, and with tags that a format gives a meaning to."""

    def __init__(self, text: Text, tags: frozenset[str]) -> None:
        super().__init__(text)
        self.tags = tags

    def mapping(self, event: Any, depth: int) -> Any:
        return self.kept(event, super().mapping(event, depth))

    def sequence(self, event: Any, depth: int) -> Any:
        made = LinedList()
        while type(item := self.next()) is not yaml.SequenceEndEvent:
            made.lines.append(item.start_mark.line + 1)
            made.append(self.node(item, depth + 1))
        return self.kept(event, made)

    def scalar(self, event: Any) -> Any:
        if event.tag in self.tags:
            return self.kept(event, event.value)
        return super().scalar(event)

    def kept(self, event: Any, value: Any) -> Any:
        return Tagged(event.tag, value, event.start_mark.line + 1) if event.tag in self.tags else value


_TAGGED = {"int": int, "float": float, "bool": bool, "null": type(None)}


def resolved(text: str) -> Any:
    """A plain scalar as YAML 1.1 in Go means it: 1_000 is 1000, 0644 is octal, a date is text."""
    if text in _YAML_11_WORDS:
        return _YAML_11_WORDS[text]
    if text[0] not in "+-.0123456789":
        return text
    plain = text.replace("_", "")
    if _INTEGER.fullmatch(plain):
        return int(plain)
    if found := _RADIX.fullmatch(plain):
        sign, digits = found.groups()
        return int(f"{sign}0{digits}" if digits[0] in "xbo" else f"{sign}0o{digits}", 0)
    return float(plain) if _GO_FLOAT.fullmatch(plain) else text
