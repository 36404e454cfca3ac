"""A check as text, and all of them as docs/checks.md: what it asks for, what may be set, why, and how to fix it.

`python -m readiness.explain` prints the catalogue of the built-in checks as Markdown. All of it comes from the
checks themselves; only the check that is asked for is imported.
"""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator, Mapping

from readiness.check import AnyCheck, Slot, category_of, slots_of
from readiness.check.docs import SECTIONS, Docs, docs_of, plain
from readiness.check.example import example_of
from readiness.check.parameters import Parameter, parameters_of
from readiness.plugins import BUILTIN, discover

_WIDTH = 100


def explain(id_: str, check: AnyCheck) -> str:
    """One check for a terminal; ends with a newline."""
    docs = docs_of(check)
    parts = [f"{id_}\n{docs.title}", f"Category: {category_of(id_)}", _wrapped(docs.intro)]
    parts.append("\n".join(["Evidence:", *(f"  {_slot_line(slot)}" for slot in slots_of(check))]))
    parts.append("\n".join(["Parameters:", *_parameter_lines(check)]))
    parts.extend(f"{name}:\n{_wrapped(text, '  ')}" for name, text in docs.sections.items())
    parts.append("Example:\n" + textwrap.indent(example_of(id_, check), "  ").rstrip())
    return "\n\n".join(part for part in parts if part) + "\n"


def catalogue(checks: Mapping[str, AnyCheck]) -> str:
    """All checks as Markdown, by category and id; the same for the same checks, to the byte."""
    ids = sorted(checks)
    lines = [
        "# Checks",
        "",
        "Written by `make docs` from the docstrings of the checks; do not edit it by hand.",
        "",
    ]
    for group in sorted({category_of(id_) for id_ in ids}):
        members = [id_ for id_ in ids if category_of(id_) == group]
        lines += [f"- {group}: " + ", ".join(f"[{name}](#{_anchor(name)})" for name in members)]
    for id_ in ids:
        lines += ["", *_markdown(id_, checks[id_])]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Print the catalogue of the built-in checks."""
    registry = discover()
    ids = [id_ for id_ in registry.checks if registry.checks.origin(id_) == BUILTIN]
    sys.stdout.write(catalogue({id_: registry.checks[id_] for id_ in ids}))


def _slot_line(slot: Slot) -> str:
    how = "each file apart" if slot.many else "one evidence"
    need = "may be left out" if slot.optional else "needed"
    return f"{slot.name}: {slot.facts.kind}, {how}, {need}"


def _parameter_lines(check: AnyCheck) -> Iterator[str]:
    found = parameters_of(check.params_type)
    for one in found:
        yield f"  {one.key}: {_facts(one)}"
        yield textwrap.fill(plain(one.text), _WIDTH, initial_indent="      ", subsequent_indent="      ")
    if not found:
        yield "  none"


def _facts(one: Parameter) -> str:
    default = "needed" if one.default is None else f"default {one.default}"
    strict = f", stricter when {one.stricter}" if one.stricter else ""
    return f"{one.type}, {default}{strict}"


def _wrapped(markdown: str, indent: str = "") -> str:
    """Paragraphs filled to the width; a list item hangs, a block of code stays."""
    filled = []
    for line in plain(markdown).split("\n"):
        if line.startswith("    "):
            filled.append(indent + line)
            continue
        hang = indent + ("  " if line.startswith(("- ", "* ")) else "")
        filled.append(
            textwrap.fill(
                line,
                _WIDTH,
                initial_indent=indent,
                subsequent_indent=hang,
                break_long_words=False,
                break_on_hyphens=False,
            )
        )
    return "\n".join(filled)


def _markdown(id_: str, check: AnyCheck) -> Iterator[str]:
    docs = docs_of(check)
    yield from (f"## {id_}", "", f"**{docs.title}**", "")
    if docs.intro:
        yield from (docs.intro, "")
    yield from ("Evidence:", "")
    yield from (f"- `{slot.name}`: {_slot_line(slot).partition(': ')[2]}" for slot in slots_of(check))
    yield ""
    yield from _table(parameters_of(check.params_type))
    yield from ("", "```yaml", example_of(id_, check).rstrip(), "```")
    yield from _sections(docs)


def _sections(docs: Docs) -> Iterator[str]:
    others = [name for name in docs.sections if name not in SECTIONS]
    for name in [*others, *(name for name in SECTIONS if name in docs.sections)]:
        yield from ("", f"### {name}", "", docs.sections[name])


def _table(found: list[Parameter]) -> Iterator[str]:
    if not found:
        yield "It has no parameters."
        return
    yield from ("| Parameter | Type | Default | Stricter | Meaning |", "|---|---|---|---|---|")
    for one in found:
        default = "needed" if one.default is None else f"`{one.default}`"
        cells = (f"`{one.key}`", one.type, default, one.stricter or "", " ".join(one.text.split()))
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _anchor(id_: str) -> str:
    """As GitHub and most renderers make it from a heading."""
    return "".join(letter for letter in id_.lower().replace(" ", "-") if letter.isalnum() or letter in "-_")


if __name__ == "__main__":
    main()
