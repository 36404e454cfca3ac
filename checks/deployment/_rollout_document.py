"""A plan in a document: a table of stages, or a list item or a section for each of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from fractions import Fraction
from itertools import takewhile

from readiness.check import Location
from readiness.evidence.document import Block, Document
from readiness.evidence.documents.doubt import is_doubted
from readiness.evidence.documents.durations import durations

from ._document_thresholds import is_threshold
from ._rollout_stages import Lack, Plan, Stage

_SHARE = re.compile(r"(?<![\w.,-])([0-9]{1,3}(?:[.,][0-9]{1,3})?)\s?(?:%|percent\b)", re.I | re.ASCII)
_OF_SHARE = re.compile(r"share|traffic|weight|users?\b|customers|percent|audience|%|size", re.I)
_OF_DURATION = re.compile(r"duration|time|soak|bake|wait|hold|how long|lasts?|period", re.I)
_OF_ABORT = re.compile(r"abort|roll(?:ed|s|ing)?[ -]?back|stop|halt|criteri|revert|give up|fail", re.I)
_STAGE = re.compile(
    r"\b(?:stage|step|phase|wave|ring|canary|cohort|batch|full|everybody|everyone|all)\b", re.I
)
_NEXT = "state the share in percent, how long it lasts, and the number at which it is aborted, as in error rate > 1%"


def plan_of(document: Document) -> Plan:
    """The plan that a document tells; without stages it lacks them."""
    common = _is_common(document)
    stages = tuple(_from_tables(document, common)) or tuple(_from_texts(document, common))
    where = Location(document.path, 1)
    lack = Lack("tells no stages: no table, list or sections with a share each", _NEXT)
    return Plan(document.path, None, where, stages, () if stages else (lack,))


def _from_tables(document: Document, common: bool) -> Iterator[Stage]:
    columns: tuple[str, ...] = ()
    for block in document.blocks:
        if block.kind == "columns":
            columns = block.cells
        elif block.kind == "row" and (share := _column(columns, _OF_SHARE)) is not None:
            duration, abort = _column(columns, _OF_DURATION), _column(columns, _OF_ABORT)
            if duration is not None or abort is not None:
                cells = [_cell(block, index) for index in (share, duration, abort)]
                label = _cell(block, 0) or f"line {block.line}"
                yield _stage(label, document, block.line, cells[0], cells[1], cells[2], common)


def _column(columns: Sequence[str], words: re.Pattern[str]) -> int | None:
    return next((index for index, name in enumerate(columns) if words.search(name)), None)


def _cell(block: Block, index: int | None) -> str:
    return block.cells[index].strip() if index is not None and index < len(block.cells) else ""


def _from_texts(document: Document, common: bool) -> Iterator[Stage]:
    """Items and headings that name a share; what is below them belongs to them.

    One that calls itself a stage, or tells a duration, makes stages of its siblings too.
    """
    blocks = document.blocks
    shared = [index for index, block in enumerate(blocks) if _names_share(block)]
    texts = {index: " \n".join((blocks[index].text, *_below(blocks, index))) for index in shared}
    sure = [i for i in shared if _STAGE.search(blocks[i].text) or durations(_before_abort(texts[i]))]
    families = {_family(blocks[index]) for index in sure}
    for index in shared:
        block, text = blocks[index], texts[index]
        if _family(block) in families:
            head, label = _before_abort(text), block.text.strip().partition("\n")[0][:40]
            yield _stage(label, document, block.line, head, head, text[len(head) :], common)


def _names_share(block: Block) -> bool:
    return block.kind in ("heading", "item") and bool(_SHARE.search(_before_abort(block.text)))


def _family(block: Block) -> tuple[str, int, int, tuple[str, ...]]:
    """What siblings have in common: their kind and level, and for items the headings above them."""
    return block.kind, block.level, block.depth, block.section if block.kind == "item" else ()


def _below(blocks: Sequence[Block], index: int) -> Iterator[str]:
    own = blocks[index]
    rest = blocks[index + 1 :]
    if own.kind == "heading":
        inner = takewhile(lambda one: one.kind != "heading" or one.level > own.level, rest)
    else:
        inner = takewhile(lambda one: one.kind in ("item", "paragraph") and one.depth > own.depth, rest)
    yield from (one.text for one in inner)


def _before_abort(text: str) -> str:
    found = _OF_ABORT.search(text)
    return text[: found.start()] if found else text


def _stage(
    label: str, document: Document, line: int, share: str, duration: str, abort: str, common: bool
) -> Stage:
    part, length = _share(share), _length(duration)
    lacks = []
    if part is None:
        lacks.append(Lack("has no share in percent", _NEXT))
    if length is None and part != 1:
        lacks.append(Lack("has no duration", _NEXT))
    if not _is_criterion(abort) and not common:
        lacks.append(Lack("has no abort criterion with a number", _NEXT))
    is_last = part == 1 and length is None
    return Stage(label, Location(document.path, line), part, None if is_last else length, tuple(lacks))


def _share(text: str) -> Fraction | None:
    found = _SHARE.search(text)
    value = Fraction(found[1].replace(",", ".")) / 100 if found else None
    return value if value is not None and 0 < value <= 1 else None


def _length(text: str) -> timedelta | None:
    found = [span.value for span in durations(text)]
    return min(found) if found and min(found) > timedelta() and not is_doubted(text) else None


def _is_criterion(text: str) -> bool:
    return is_threshold(text) and not is_doubted(text)


def _is_common(document: Document) -> bool:
    """Whether a section about aborting, which is none of a stage, gives a criterion for all stages."""
    for block in document.blocks:
        nearest = block.section[-1] if block.section else ""
        told = block.kind in ("item", "paragraph", "row") and _OF_ABORT.search(nearest)
        if told and not _SHARE.search(nearest) and not _STAGE.search(nearest) and _is_criterion(block.text):
            return True
    return False
