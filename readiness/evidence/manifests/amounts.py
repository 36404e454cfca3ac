"""Whole numbers or shares of pods: `2` or `25%`, as budgets and rollouts write them."""

from __future__ import annotations

import re

import msgspec

from readiness.evidence.manifests.shapes import Path, ShapeError

NumberOrShare = int | str
_SHARE = re.compile(r"([0-9]{1,6})%")


class Amount(msgspec.Struct, frozen=True):
    """So many pods, or so many of a hundred."""

    number: int
    is_share: bool = False

    def __str__(self) -> str:
        return f"{self.number}%" if self.is_share else str(self.number)

    @property
    def is_nothing(self) -> bool:
        """Whether it is 0 or 0%."""
        return self.number == 0

    @property
    def is_everything(self) -> bool:
        """Whether it is every pod, however many there are."""
        return self.is_share and self.number >= 100

    def rounded_up(self, total: int) -> int:
        """So many of `total`, as disruption budgets and `maxSurge` have it."""
        return -(-self.number * total // 100) if self.is_share else self.number

    def rounded_down(self, total: int) -> int:
        """So many of `total`, as `maxUnavailable` of a Deployment has it."""
        return self.number * total // 100 if self.is_share else self.number


def amount_of(written: NumberOrShare | None, path: Path) -> Amount | None:
    """What is written at `path`, None where nothing is; ShapeError for what the API server refuses.

    It takes whole numbers from 0, and text only when it is a percentage: `"1"` is refused.
    https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/pod-disruption-budget-v1/
    """
    if written is None:
        return None
    if isinstance(written, str):
        found = _SHARE.fullmatch(written)
        if found is None:
            raise ShapeError(path, f"'{written}' is neither a whole number nor a percentage")
        return Amount(int(found[1]), is_share=True)
    if written < 0:
        raise ShapeError(path, f"{written} is less than 0")
    return Amount(written)
