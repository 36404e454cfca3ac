"""security/sbom, and the bills of materials that it judges."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.check import Artifact, Outcome, Release
from readiness.evidence.model import Item, Reason
from readiness.evidence.sbom import Sbom
from readiness.judge import Judgement
from readiness.testing import judge_check, read_evidence
from tests.support import FIXTURES

HERE = FIXTURES / "sbom"
SHOP = Release("shop", "1.2.3")
DIGEST = "ab" * 32
CDX: Any = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.6",
    "metadata": {
        "timestamp": "2026-05-30T10:00:00Z",
        "component": {"type": "application", "name": "shop", "version": "1.2.3"},
    },
    "components": [
        {
            "type": "library",
            "name": "click",
            "version": "8.1.7",
            "licenses": [{"license": {"id": "BSD-3-Clause"}}],
        },
        {"type": "file", "name": "/etc/passwd"},
    ],
}
SPDX: Any = {
    "spdxVersion": "SPDX-2.3",
    "SPDXID": "SPDXRef-DOCUMENT",
    "creationInfo": {"created": "2026-05-30T10:00:00Z"},
    "packages": [
        {"SPDXID": "SPDXRef-shop", "name": "shop", "versionInfo": "1.2.3"},
        {"SPDXID": "SPDXRef-ms", "name": "ms", "versionInfo": "2.1.3", "licenseDeclared": "MIT"},
    ],
    "relationships": [
        {
            "spdxElementId": "SPDXRef-DOCUMENT",
            "relationshipType": "DESCRIBES",
            "relatedSpdxElement": "SPDXRef-shop",
        }
    ],
}


def item(root: Path, content: str | bytes) -> Item:
    (root / "bom.json").write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_evidence("sbom", root, path="bom.json").whole


def read(root: Path, data: Any, change: Callable[[Any], object] = lambda _: None) -> Sbom:
    copy = json.loads(json.dumps(data))
    change(copy)
    found = item(root, json.dumps(copy))
    assert isinstance(found.facts, Sbom), found.message
    return found.facts


def refused(root: Path, content: Any) -> str:
    found = item(root, content if isinstance(content, str | bytes) else json.dumps(content))
    assert (found.facts, found.reason) == (None, Reason.MALFORMED)
    assert not found.message.startswith("the reader"), found.message
    return found.message


def judge(bill: Sbom, release: Release = SHOP, **params: Any) -> Judgement:
    written = {key.replace("_", "-"): value for key, value in params.items()}
    return judge_check("security/sbom", written, release=release, sbom=(bill,))


@pytest.mark.parametrize("data", [CDX, SPDX, {"sbom": SPDX}], ids=["cyclonedx", "spdx", "github"])
def test_a_bill_of_this_release_with_known_licences_passes(tmp_path: Path, data: Any) -> None:
    found = judge(read(tmp_path, data))
    assert (found.outcome, found.findings[0].count) == ("pass", 1)
    assert found.summary == "bom.json: 1 components of shop 1.2.3, with licences that may be shipped"
    assert f"{item(tmp_path, json.dumps(data)).provenance.observed_at:%Y-%m-%d}" == "2026-05-30"


@pytest.mark.parametrize(
    ("name", "subject", "count"),
    [("python.cdx", "shop", 8), ("python-1.4.cdx", "shop", 8), ("npm.cdx", "n", 3), ("npm.spdx", "n", 3)],
)
def test_bills_of_real_tools_are_read(name: str, subject: str, count: int) -> None:
    facts = read_evidence("sbom", HERE, path=f"{name}.json").whole.facts
    assert isinstance(facts, Sbom)
    version = "1.2.3" if subject == "shop" else "1.0.0"
    assert (facts.subject and facts.subject.name, len(facts.components)) == (subject, count)
    allow = ["MIT", "BSD-*", "Apache-2.0", "MPL-2.0"]
    assert judge(facts, Release(subject, version), allow=allow).outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("change", "outcome", "reason", "message"),
    [
        (lambda d: d["components"].pop(0), "unproven", "missing", "it lists 0 components, and 1 files"),
        (lambda d: d["metadata"].pop("component"), "unproven", "missing", "does not tell what it is of"),
        (
            lambda d: d["metadata"]["component"].update(name="cart"),
            "unproven",
            "wrong-release",
            "it is of cart",
        ),
        (lambda d: d["metadata"]["component"].update(version="1.2.2"), "fail", None, "the release is 1.2.3"),
        (lambda d: d["metadata"]["component"].pop("version"), "unproven", "missing", "the version of shop"),
        (lambda d: d["components"][0].pop("version"), "unproven", "missing", "click has no version"),
        (lambda d: d["components"][0].pop("licenses"), "unproven", "missing", "has no licence that is told"),
        (
            lambda d: d["components"][0].update(licenses=[{"license": {"name": "Our own"}}]),
            "unproven",
            "missing",
            "the licence 'Our own', which SPDX does not know",
        ),
        (
            lambda d: d.update(compositions=[{"aggregate": "incomplete"}]),
            "unproven",
            "insufficient",
            "it says of itself that a composition is incomplete",
        ),
    ],
)
def test_a_bill_that_lacks_something_is_no_pass(
    tmp_path: Path, change: Callable[[Any], object], outcome: str, reason: str | None, message: str
) -> None:
    found = judge(read(tmp_path, CDX, change))
    assert (found.outcome, found.reason) == (outcome, reason)
    assert message in found.summary


@pytest.mark.parametrize("version", ["v1.2.3", "1.2.3.0"])
def test_a_version_is_the_same_however_it_is_written(tmp_path: Path, version: str) -> None:
    bill = read(tmp_path, CDX, lambda d: d["metadata"]["component"].update(version=version))
    assert judge(bill).outcome is Outcome.PASS


def test_a_bill_of_an_image_is_known_by_its_digest(tmp_path: Path) -> None:
    def image(data: Any) -> None:
        name = "registry.acme/shop:1.2.3"
        data["metadata"]["component"] = {"type": "container", "name": name, "version": f"sha256:{DIGEST}"}

    bill = read(tmp_path, CDX, image)
    artifact = Artifact("registry.acme/shop", f"sha256:{DIGEST}")
    assert judge(bill, Release("shop", "1.2.3", artifacts=(artifact,))).outcome is Outcome.PASS
    other = Artifact("registry.acme/shop", "sha256:" + "cd" * 32)
    assert judge(bill, Release("shop", "1.2.3", artifacts=(other,))).outcome is Outcome.FAIL
    assert judge(bill).reason == "missing"
    assert (
        judge(bill, Release("shop", "1.2.3", artifacts=(Artifact("shop", "sha256:a"),))).outcome
        is Outcome.FAIL
    )


def test_without_a_version_no_bill_is_of_the_release(tmp_path: Path) -> None:
    assert judge(read(tmp_path, CDX), Release("shop")).reason == "missing"


@pytest.mark.parametrize(
    ("licence", "lists", "outcome"),
    [
        ("MIT", {}, "pass"),
        ("mit", {"allow": ["MIT"]}, "pass"),
        ("GPL-3.0-only", {"deny": ["GPL-*"]}, "fail"),
        ("GPL-3.0-only", {"allow": ["MIT"]}, "fail"),
        ("MIT OR GPL-3.0-only", {"deny": ["GPL-*"]}, "pass"),
        ("MIT AND GPL-3.0-only", {"deny": ["GPL-*"]}, "fail"),
        ("(MIT OR GPL-3.0-only) AND Apache-2.0", {"allow": ["MIT", "Apache-2.0"]}, "pass"),
        ("MIT OR Apache-2.0 AND GPL-3.0-only", {"allow": ["MIT"]}, "pass"),
        ("(MIT OR Apache-2.0) AND GPL-3.0-only", {"allow": ["MIT"]}, "fail"),
        ("GPL-2.0-only WITH Classpath-exception-2.0", {"deny": ["GPL-*"]}, "fail"),
        ("GPL-2.0-only WITH Classpath-exception-2.0", {"allow": ["GPL-2.0-only WITH Classpath-*"]}, "pass"),
        ("Apache-2.0 WITH LLVM-exception", {"allow": ["Apache-2.0"]}, "pass"),
        ("GPL-2.0+", {"deny": ["GPL-2.0"]}, "fail"),
        ("LicenseRef-ours", {}, "unproven"),
        ("LicenseRef-ours", {"allow": ["LicenseRef-ours"]}, "pass"),
        ("Proprietary", {}, "unproven"),
        ("Proprietary", {"allow": ["proprietary"]}, "pass"),
        ("MIT OR", {}, "unproven"),
        ("MIT Apache-2.0", {}, "unproven"),
        ("(" * 300 + "MIT" + ")" * 300, {"deny": ["X"]}, "unproven"),
    ],
)
def test_licences_are_judged_by_their_expressions(
    tmp_path: Path, licence: str, lists: dict[str, Any], outcome: str
) -> None:
    bill = read(tmp_path, CDX, lambda d: d["components"][0].update(licenses=[{"expression": licence}]))
    assert judge(bill, **lists).outcome == outcome


def test_of_several_licences_every_one_applies_but_classifiers_beside_one_say_nothing(tmp_path: Path) -> None:
    def two(data: Any) -> None:
        data["components"][0]["licenses"] = [
            {"license": {"id": "MIT"}},
            {"license": {"id": "AGPL-3.0-only"}},
            {"license": {"name": "License :: OSI Approved :: MIT License"}},
        ]

    found = judge(read(tmp_path, CDX, two), deny=["AGPL-*"])
    assert found.outcome is Outcome.FAIL
    assert found.findings[0].object == "Component/click@8.1.7"
    assert found.findings[0].object in read(tmp_path, CDX, two).objects()
    assert judge(read(tmp_path, CDX, two)).outcome is Outcome.PASS


def test_what_is_unknown_or_incomplete_may_warn_and_components_may_be_left_out(tmp_path: Path) -> None:
    unknown = read(tmp_path, CDX, lambda d: d["components"][0].pop("licenses"))
    assert judge(unknown, unknown="warn").outcome is Outcome.WARN
    assert judge(unknown, ignore=["cli*"]).outcome is Outcome.PASS
    gaps = read(
        tmp_path, CDX, lambda d: d.update(compositions=[{"aggregate": "incomplete_first_party_only"}])
    )
    assert judge(gaps, incomplete="warn").outcome is Outcome.WARN
    plain = read(tmp_path, CDX, lambda d: d["components"][0].pop("version"))
    assert judge(plain, versions="any").outcome is Outcome.PASS
    assert judge(read(tmp_path, CDX), min_components=2).reason == "insufficient"


def test_components_within_components_count(tmp_path: Path) -> None:
    inner = {
        "type": "library",
        "name": "inner",
        "version": "1",
        "licenses": [{"license": {"id": "AGPL-3.0-only"}}],
    }
    bill = read(tmp_path, CDX, lambda d: d["components"][0].update(components=[inner]))
    assert judge(bill, deny=["AGPL-*"]).outcome is Outcome.FAIL


def test_a_licence_of_the_document_is_known_by_its_name(tmp_path: Path) -> None:
    def ours(data: Any) -> None:
        data["packages"][1].update(licenseConcluded="LicenseRef-1")
        data["hasExtractedLicensingInfos"] = [{"licenseId": "LicenseRef-1", "name": "Acme terms"}]

    assert judge(read(tmp_path, SPDX, ours), allow=["Acme*"]).outcome is Outcome.PASS
    assert judge(read(tmp_path, SPDX, ours)).outcome is Outcome.UNPROVEN


@pytest.mark.parametrize("said", ["NOASSERTION", "NONE", ""])
def test_no_assertion_is_no_licence_and_no_version(tmp_path: Path, said: str) -> None:
    bill = read(tmp_path, SPDX, lambda d: d["packages"][1].update(licenseDeclared=said, versionInfo=said))
    assert (bill.components[0].version, bill.components[0].licences) == ("", ())
    assert len(judge(bill).findings) == 2


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({**CDX, "specVersion": "1.3"}, "its specVersion is '1.3'; 1.4 to 1.6 are read"),
        ({**CDX, "components": [{"type": "library", "name": " "}]}, "a component has no name"),
        ({**CDX, "components": None}, "it is no bill of CycloneDX"),
        ({**CDX, "metadata": {"timestamp": "yesterday"}}, "metadata.timestamp 'yesterday' is no time"),
        (
            {**CDX, "components": [{"type": "library", "name": "a", "licenses": [{}]}]},
            "a licence has neither",
        ),
        ({**SPDX, "spdxVersion": "SPDX-2.1"}, "its spdxVersion is 'SPDX-2.1'"),
        ({"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": []}, "it is of SPDX 3"),
        ({**SPDX, "creationInfo": {}}, "it is no document of SPDX"),
        ("", "it is empty"),
        ("<bom/>", "its format is not known"),
        (json.dumps(CDX)[:-9], "it is not JSON"),
        ('{"bomFormat": "CycloneDX", "bomFormat": "CycloneDX"}', "stands twice"),
    ],
)
def test_what_is_no_bill_is_malformed(tmp_path: Path, content: Any, message: str) -> None:
    assert message in refused(tmp_path, content)


def test_many_components_are_told_in_short(tmp_path: Path) -> None:
    many = [{"type": "library", "name": f"a{n}"} for n in range(200)]
    found = judge(read(tmp_path, CDX, lambda d: d.update(components=many)))
    assert len(found.findings) == 102
    assert "150 more components without a version" in " ".join(f.message for f in found.findings)


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from([json.dumps(CDX).encode(), json.dumps(SPDX).encode()]),
    st.floats(0, 1),
    st.binary(max_size=3),
)
def test_a_bill_that_is_cut_or_changed_is_read_or_refused_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, share: float, junk: bytes
) -> None:
    at = int(share * len(content))
    for broken in (content[:at], content[:at] + junk + content[at + len(junk) :]):
        found = item(tmp_path_factory.mktemp("sbom"), broken)
        assert not found.message.startswith("the reader"), found.message
        if isinstance(found.facts, Sbom):
            assert judge(found.facts).outcome is not Outcome.ERROR


def component(
    name: str = "click", version: str = "8.1.7", licence: str = "MIT", **more: Any
) -> dict[str, Any]:
    licences = [{"license": {"id": licence}}]
    return {"type": "library", "name": name, "version": version, "licenses": licences, **more}


def of(root: Path, *components: dict[str, Any], **params: Any) -> Judgement:
    return judge(read(root, CDX, lambda data: data.update(components=list(components))), **params)


def test_copies_of_a_component_and_the_release_itself_do_not_make_a_bill_large(tmp_path: Path) -> None:
    found = of(tmp_path, *[component()] * 20, component("shop", "1.2.3"), min_components=2)
    assert (found.outcome, found.reason) == ("unproven", "insufficient")
    assert "it lists 1 components, and copies or itself; at least 2 are needed" in found.summary
    assert of(tmp_path, component("shop", "1.2.3")).outcome is Outcome.UNPROVEN


@pytest.mark.parametrize(
    "version",
    ["UNKNOWN", "latest", "0.0.0-UNKNOWN", "^1.2.0", ">= 1.2", "*", "${project.version}", "unspecified"],
)
def test_a_range_and_what_tools_write_for_want_of_a_version_is_none(tmp_path: Path, version: str) -> None:
    found = of(tmp_path, component(version=version))
    assert (found.outcome, found.reason) == ("unproven", "missing")
    assert f"click has {version!r} for a version" in found.summary


@pytest.mark.parametrize(
    "version", ["1.2.3", "v1.2", "2024.1", "0.0.0-20240102-abcdef", "1:2.3-4ubuntu1", "r42"]
)
def test_a_version_may_look_as_it_likes(tmp_path: Path, version: str) -> None:
    assert of(tmp_path, component(version=version)).outcome is Outcome.PASS


@pytest.mark.parametrize(
    "gap", ["incomplete", "incomplete_third_party_opensource_only", "incomplete_first_party_proprietary_only"]
)
def test_every_sort_of_incomplete_is_told(tmp_path: Path, gap: str) -> None:
    found = judge(read(tmp_path, CDX, lambda data: data.update(compositions=[{"aggregate": gap}])))
    assert (found.outcome, found.reason) == ("unproven", "insufficient")


@pytest.mark.parametrize(
    "licences",
    [
        [{"license": {"id": "MIT"}, "expression": "AGPL-3.0-only"}],
        [{"license": {"id": "AGPL-3.0-only"}, "expression": "MIT"}],
        [{"license": {"id": "MIT", "name": "AGPL-3.0-only"}}],
    ],
)
def test_no_licence_hides_behind_another_in_one_entry(tmp_path: Path, licences: Any) -> None:
    assert of(tmp_path, component(licenses=licences), deny=["AGPL-*"]).outcome is Outcome.FAIL


CLASSIFIERS = {
    ("MIT", "OSI Approved :: MIT License"): "pass",
    ("MIT", "OSI Approved"): "pass",
    ("Apache-2.0", "OSI Approved :: Apache Software License"): "pass",
    ("PSF-2.0", "OSI Approved :: Python Software Foundation License"): "pass",
    ("GPL-2.0-only", "OSI Approved :: GNU General Public License v2 (GPLv2)"): "pass",
    ("AGPL-3.0-only", "OSI Approved :: GNU Affero General Public License v3"): "pass",
    ("MIT", "OSI Approved :: GNU Affero General Public License v3"): "unproven",
    ("GPL-3.0-only", "OSI Approved :: GNU Lesser General Public License v3 (LGPLv3)"): "unproven",
    ("MIT", "Other/Proprietary License"): "unproven",
}


@pytest.mark.parametrize("pair", sorted(CLASSIFIERS))
def test_a_classifier_that_names_another_licence_counts(tmp_path: Path, pair: tuple[str, str]) -> None:
    more = [{"license": {"id": pair[0]}}, {"license": {"name": f"License :: {pair[1]}"}}]
    assert of(tmp_path, component(licenses=more)).outcome == CLASSIFIERS[pair]


def test_components_of_two_groups_are_two(tmp_path: Path) -> None:
    pair = [component("core", group="@babel"), component("core", group="@angular", licence="AGPL-3.0-only")]
    found = of(tmp_path, *pair, deny=["AGPL-*"], ignore=["@babel/*"], min_components=2)
    assert [one.object for one in found.findings] == ["Component/@angular/core@8.1.7"]
