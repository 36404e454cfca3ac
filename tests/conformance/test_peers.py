"""What kube-score and Polaris say of their own test data, and what we say: the differences are known, each with why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pytest

from readiness.plugins import discover
from tests.conformance.peers import PEERS, Case, cases, deviations, is_found_bad, is_judged, mapping

AGREEMENT = 0.97


@pytest.fixture(scope="module")
def found() -> Mapping[Case, bool | None]:
    if not PEERS.is_dir():
        pytest.skip("the test data of other tools is not here")
    return {case: is_found_bad(case) for case in cases() if is_judged(case)}


def test_every_check_of_a_peer_is_mapped_or_left_out_with_a_reason() -> None:
    if not PEERS.is_dir():
        pytest.skip("the test data of other tools is not here")
    assert {(case.peer, case.check) for case in cases()} <= {
        (peer, check) for peer, checks in mapping().items() for check in checks
    }


def test_every_check_that_is_mapped_to_exists() -> None:
    ours = {one["check"] for checks in mapping().values() for one in checks.values() if "none" not in one}
    assert {f"infrastructure/{name}" for name in ours} <= set(discover().checks)


def test_every_difference_is_known_with_its_reason(found: Mapping[Case, bool | None]) -> None:
    different = {case.name for case, is_bad in found.items() if is_bad is not None and is_bad != case.is_bad}
    assert different == set(deviations()["judged"])
    unread = {case.name for case, is_bad in found.items() if is_bad is None}
    assert unread == set(deviations()["unread"])


def test_we_agree_with_the_peers_on_nearly_all_cases(
    found: Mapping[Case, bool | None], capsys: pytest.CaptureFixture[str]
) -> None:
    judged = Counter(case.peer for case, is_bad in found.items() if is_bad is not None)
    agreed = Counter(case.peer for case, is_bad in found.items() if is_bad == case.is_bad)
    with capsys.disabled():
        told = ", ".join(f"{peer} {agreed[peer]}/{count}" for peer, count in sorted(judged.items()))
        print(f"\nagreement with peers: {told}")  # noqa: T201 - it is what the run is for
    assert agreed.total() >= AGREEMENT * judged.total()
    assert judged.total() > 350
