"""XML without entities: DOCTYPEs that tools write are accepted, whatever they could expand to is not."""

from __future__ import annotations

from typing import NoReturn
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from readiness.evidence.model import Reason, Unproven

MAX_DEPTH = 100
LINE = "_LINE"


def parse_xml(content: bytes) -> Element:
    """The root element; every element carries its line number under the attribute `_LINE`.

    Namespaces are left as they are written. Raises Unproven (malformed) with line and column.
    """
    builder = _Builder()
    try:
        builder.parser.Parse(content, True)
    except expat.ExpatError as error:
        what = "it is empty" if not content.strip() else f"it is not XML: {expat.ErrorString(error.code)}"
        raise Unproven(Reason.MALFORMED, f"{what} (line {error.lineno}, column {error.offset + 1})") from None
    except (ValueError, LookupError) as error:
        raise Unproven(Reason.MALFORMED, f"it is not XML: {error}") from None
    return builder.tree.close()


class _Builder:
    """Expat's events -> an element tree; refuses entities and depth as they come."""

    def __init__(self) -> None:
        self.tree = TreeBuilder()
        self.depth = 0
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.tree.data
        self.parser.EntityDeclHandler = self.refuse_entity

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise Unproven(Reason.MALFORMED, f"it is nested more than {MAX_DEPTH} levels deep")
        attributes[LINE] = str(self.parser.CurrentLineNumber)
        self.tree.start(name, attributes)

    def end(self, name: str) -> None:
        self.depth -= 1
        self.tree.end(name)

    def refuse_entity(self, *declaration: object) -> NoReturn:
        raise Unproven(
            Reason.MALFORMED, f"it declares the entity {declaration[0]!r}, and entities are not expanded"
        )
