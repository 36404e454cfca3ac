"""Each case of the lab is observed once for all tests of a run: starting servers is what takes time."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

import pytest

from readiness.evidence.model import Item
from readiness.testing import read_evidence
from tests.tls_lab.cases import CASES, Case
from tests.tls_lab.fakes import is_here
from tests.tls_lab.pki import Pki


def seen(case: Case) -> Item:
    """What the gate sees of it; skips the test where the server cannot be started."""
    if case.needs and not is_here(case.needs):
        pytest.skip(f"{case.needs} is not installed")
    return _seen(case.name)


@cache
def _seen(name: str) -> Item:
    case = next(one for one in CASES if one.name == name)
    with tempfile.TemporaryDirectory(prefix="lab-") as folder:
        pki = Pki(Path(folder))
        with case.start(pki) as port:
            keys = {"ca": "root.pem", "deadline": "8s", **case.keys}
            url = case.url.format(port=port)
            (item,) = read_evidence("endpoint", pki.folder, url=url, **keys).items
    return item
