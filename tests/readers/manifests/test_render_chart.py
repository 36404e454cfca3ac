"""What is read of a chart beside its objects: lint, lock, charts in charts/, crds/, and packed charts."""

from __future__ import annotations

import io
import shutil
import tarfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from readiness.evidence.manifests import Manifests
from readiness.evidence.manifests.chart import Chart, Lint, LintMessage
from readiness.evidence.model import Item, Unproven
from readiness.readers.manifests import _archive
from readiness.readers.manifests._archive import members, refuse_unsafe
from tests.readers.manifests.renderers import OBJECT, Bin, item, needs_helm, needs_library, places, refusal

HELM = pytest.param("helm", marks=needs_helm)
LIBRARY = pytest.param("library", marks=needs_library)
PRINTS = f"print('---\\n# Source: shop/templates/web.yaml\\n' + {OBJECT!r})"
CLEAN = "print('==> Linting shop\\n\\n1 chart(s) linted, 0 chart(s) failed')"


@pytest.fixture(params=[HELM, LIBRARY])
def renderer(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "library":
        empty = tmp_path / "empty"
        empty.mkdir()
        monkeypatch.setenv("PATH", str(empty))
    return str(request.param)


def chart(found: Item) -> Chart:
    assert isinstance(found.facts, Manifests), f"{found.message} | {found.remedy}"
    assert found.facts.chart is not None
    return found.facts.chart


def helm(bin_: Bin, lint: str, template: str = PRINTS) -> None:
    """A `helm` that lints as it is told."""
    bin_.add("helm", f"if sys.argv[1] == 'lint':\n    {lint}\nelse:\n    {template}")


def lint_of(bin_: Bin, root: Path, program: str, **keys: object) -> Lint:
    helm(bin_, program)
    return chart(item(root, "chart", **keys)).lint


def test_the_real_helm_lints_and_tells_what_lies_in_a_chart(root: Path, renderer: str) -> None:
    (root / "chart/templates/odd.yaml").write_text(OBJECT.replace("made", "Not_A_Name"))
    found = chart(item(root, "chart"))
    assert (found.name, found.version, found.app_version, found.api_version) == (
        "shop",
        "0.3.0",
        "1.4.2",
        "v2",
    )
    assert [(one.name, one.version, one.is_remote) for one in found.dependencies] == [
        ("cache", "0.1.0", False)
    ]
    assert [(one.name, one.file) for one in found.vendored] == [("cache", "chart/charts/cache/Chart.yaml")]
    assert found.lint.counts == {"warning": 1, "info": 1}
    assert found.lint.messages[0].path == "templates/odd.yaml"
    assert "does not conform to Kubernetes naming requirements" in found.lint.messages[0].message
    assert found.lint.messages[1] == LintMessage("info", "Chart.yaml", "icon is recommended")


def test_definitions_in_crds_are_part_of_the_set(root: Path, renderer: str) -> None:
    crd = "apiVersion: apiextensions.k8s.io/v1beta1\nkind: CustomResourceDefinition\nmetadata: {name: %s.acme.io}\n"
    for folder, name in (("chart/crds", "a"), ("chart/charts/cache/crds", "b")):
        (root / folder).mkdir()
        (root / folder / "w.yaml").write_text(crd % name)
    on = places(item(root, "chart", set={"cache.enabled": True}))
    assert on["CustomResourceDefinition/a.acme.io"] == "chart/crds/w.yaml:2"
    assert on["CustomResourceDefinition/b.acme.io"] == "chart/charts/cache/crds/w.yaml:2"
    off = places(item(root, "chart", set={"cache.enabled": False}))
    assert "CustomResourceDefinition/a.acme.io" in off
    assert "CustomResourceDefinition/b.acme.io" not in off


def test_a_packed_chart_renders_to_what_its_folder_does(root: Path, renderer: str) -> None:
    pack(
        root / "shop-0.3.0.tgz",
        {f"shop/{p.relative_to(root / 'chart')}": p.read_bytes() for p in below(root / "chart")},
    )
    packed = item(root, "shop-0.3.0.tgz", values=["chart/values-prod.yaml"], namespace="prod")
    folder = item(root, "chart", values=["chart/values-prod.yaml"], namespace="prod")
    assert places(packed) == {
        name: where.replace("chart/", "shop-0.3.0.tgz/shop/", 1) for name, where in places(folder).items()
    }
    assert chart(packed).file == "shop-0.3.0.tgz/shop/Chart.yaml"
    assert chart(packed).lint == chart(folder).lint
    assert packed.provenance.format == "helm"


@pytest.mark.parametrize(
    ("program", "messages"),
    [
        (CLEAN, ()),
        (
            (
                "print('==> Linting x\\n[INFO] Chart.yaml: icon\\n[ERROR] templates/: bad: a\\n\\tb: c\\n"
                "[WARNING] values.yaml: odd\\n\\n1 chart(s) linted, 1 chart(s) failed'); sys.exit(1)"
            ),
            (
                LintMessage("error", "templates/", "bad: a b: c"),
                LintMessage("warning", "values.yaml", "odd"),
                LintMessage("info", "Chart.yaml", "icon"),
            ),
        ),
        (
            "print('==> Linting x\\n[ERROR] : no\\n'); sys.exit('Error: 1 chart(s) linted, 1 chart(s) failed')",
            (LintMessage("error", "", "no"),),
        ),
    ],
)
def test_the_words_of_helm_lint_are_read(
    root: Path, bin_: Bin, program: str, messages: tuple[LintMessage, ...]
) -> None:
    found = lint_of(bin_, root, program)
    assert (found.messages, found.failure) == (messages, "")


@pytest.mark.parametrize(
    ("program", "failure"),
    [
        (
            "sys.exit('Error: unknown flag: --values')",
            "helm lint failed (exit code 1): Error: unknown flag: --values",
        ),
        ("pass", "helm lint failed (exit code 0): it did not say why"),
        (
            "print('==> x\\n[INFO] a: b\\n1 chart(s) linted, 1 chart(s) failed'); sys.exit(1)",
            "helm lint failed (exit code 1), and lists no error",
        ),
        ("print('all is well')", "helm lint failed (exit code 0): it did not say why"),
        ("time.sleep(60)", "helm lint: helm did not end within"),
    ],
)
def test_a_lint_that_says_nothing_is_no_clean_one(root: Path, bin_: Bin, program: str, failure: str) -> None:
    found = lint_of(bin_, root, program, deadline="2s")
    assert failure in found.failure
    assert not found.messages


def test_lint_is_asked_with_the_same_values(root: Path, bin_: Bin) -> None:
    said = "print('==> x\\n[INFO] a: ' + ' '.join(sys.argv[1:]) + '\\n1 chart(s) linted, 0 chart(s) failed')"
    (message,) = lint_of(
        bin_,
        root,
        said,
        values=["chart/values-prod.yaml"],
        set={"a": 1},
        namespace="prod",
        kube_version="1.31",
    ).messages
    assert message.message.startswith("lint chart --namespace=prod --kube-version=1.31 --values=")
    assert "values-prod.yaml --values=" in message.message


def test_secrets_and_our_folders_are_taken_out_of_what_lint_says(root: Path, bin_: Bin) -> None:
    (root / "secret.yaml").write_text("db: {password: hunter2hunter2}\n")
    program = "print('==> x\\n[ERROR] a: hunter2hunter2 in ' + sys.argv[2] + '\\n1 chart(s) linted, 1 chart(s) failed')"
    (message,) = lint_of(bin_, root, program, values=["secret.yaml"]).messages
    assert message.message == "*** in chart"


def test_many_messages_are_counted_and_the_worst_are_kept(root: Path, bin_: Bin) -> None:
    program = (
        "print('==> x\\n' + '[INFO] a: b\\n' * 300 + '[ERROR] c: d\\n1 chart(s) linted, 1 chart(s) failed')"
    )
    found = lint_of(bin_, root, program)
    assert found.counts == {"info": 300, "error": 1}
    assert len(found.messages) == 100
    assert found.messages[0].level == "error"


LOCKED = """dependencies:
- name: mariadb
  repository: https://charts.bitnami.com/bitnami
  version: 11.5.7
- name: redis
  repository: https://charts.bitnami.com/bitnami
  version: 17.9.4
digest: sha256:827ec37ab8b2df15bfbb68ab5194d1d84f3b34eff67e6b61ed2267cdd8913c13
generated: "2023-04-13T10:34:10.161643-06:00"
"""
ASKED = """apiVersion: v2
name: shop
version: 0.1.0
dependencies:
  - {name: mariadb, repository: "https://charts.bitnami.com/bitnami", version: ^11.5.5, condition: mariadb.enabled}
  - {name: redis, repository: "https://charts.bitnami.com/bitnami", version: ^17.9.2, condition: redis.enabled}
"""


@pytest.mark.parametrize(
    ("asked", "locked", "in_step"),
    [
        (ASKED, LOCKED, True),
        (ASKED.replace("^17.9.2", "^18.0.0"), LOCKED, False),
        (ASKED, LOCKED.replace("17.9.4", "17.9.5"), False),
        (ASKED.replace("dependencies:", "dependencies: []\nother:"), LOCKED, False),
        (ASKED, LOCKED.replace("digest:", "was:"), False),
        (ASKED, "{}\n", False),
    ],
)
def test_a_lock_is_in_step_by_the_digest_of_helm(
    root: Path, bin_: Bin, asked: str, locked: str, in_step: bool
) -> None:
    """The digest is one that Helm made."""
    helm(bin_, CLEAN)
    (root / "chart/Chart.yaml").write_text(asked)
    (root / "chart/Chart.lock").write_text(locked)
    lock = chart(item(root, "chart")).lock
    assert lock is not None
    assert lock.in_step is in_step


@pytest.mark.parametrize("locked", ["[1]\n", "a: [\n", "a: 1\na: 2\n"])
def test_a_lock_that_is_no_map_is_malformed(root: Path, bin_: Bin, locked: str) -> None:
    helm(bin_, CLEAN)
    (root / "chart/Chart.lock").write_text(locked)
    assert "chart/Chart.lock" in refusal(item(root, "chart"))


def test_packed_charts_in_charts_are_known_by_name_and_version(root: Path, bin_: Bin) -> None:
    helm(bin_, CLEAN)
    shutil.rmtree(root / "chart/charts/cache")
    pack(root / "chart/charts/redis-17.9.4.tgz", {"redis/Chart.yaml": b"name: redis\nversion: 17.9.4\n"})
    assert [(one.name, one.version, one.file) for one in chart(item(root, "chart")).vendored] == [
        ("redis", "17.9.4", "chart/charts/redis-17.9.4.tgz")
    ]


def pack(path: Path, files: dict[str, bytes], *more: tarfile.TarInfo) -> None:
    with tarfile.open(path, "w:gz") as archive:
        for name, content in files.items():
            one = tarfile.TarInfo(name)
            one.size = len(content)
            archive.addfile(one, io.BytesIO(content))
        for one in more:
            archive.addfile(one, io.BytesIO(b"\0" * one.size))


def below(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def odd(name: str, type_: bytes, link: str = "", size: int = 0) -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type, made.linkname, made.size = type_, link, size
    return made


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (odd("shop/link", tarfile.SYMTYPE, "/etc/passwd"), "shop/link, which is neither a file nor a folder"),
        (
            odd("shop/hard", tarfile.LNKTYPE, "shop/Chart.yaml"),
            "shop/hard, which is neither a file nor a folder",
        ),
        (odd("shop/pipe", tarfile.FIFOTYPE), "shop/pipe, which is neither a file nor a folder"),
        (odd("../evil", tarfile.REGTYPE), "../evil, which leads out of it"),
        (odd("shop/../../evil", tarfile.REGTYPE), "which leads out of it"),
        (odd("/etc/evil", tarfile.REGTYPE), "/etc/evil, which leads out of it"),
        (odd("shop\\evil", tarfile.REGTYPE), "which leads out of it"),
        (odd("shop/Chart.yaml", tarfile.REGTYPE), "it holds shop/Chart.yaml twice"),
        (odd("./shop/Chart.yaml", tarfile.REGTYPE), "it holds ./shop/Chart.yaml twice"),
    ],
)
@pytest.mark.parametrize("where", ["shop.tgz", "chart/charts/shop.tgz"])
def test_what_an_archive_of_a_chart_must_not_hold_is_malformed(
    root: Path, bin_: Bin, where: str, entry: tarfile.TarInfo, said: str
) -> None:
    helm(bin_, CLEAN)
    pack(root / where, {"shop/Chart.yaml": b"name: shop\n"}, entry)
    found = item(root, "chart" if where.startswith("chart") else where)
    assert refusal(found).startswith(f"malformed: {where}: it holds")
    assert said in found.message


def test_archives_are_bounded(root: Path, bin_: Bin, monkeypatch: pytest.MonkeyPatch) -> None:
    helm(bin_, CLEAN)
    pack(
        root / "bomb.tgz",
        {"shop/Chart.yaml": b"name: shop\n"},
        odd("shop/zeros", tarfile.REGTYPE, "", 51_000_000),
    )
    assert (root / "bomb.tgz").stat().st_size < 100_000
    assert "unpacks to more than 10,000 files or 50,000,000 bytes" in refusal(item(root, "bomb.tgz"))
    monkeypatch.setattr(_archive, "MAX_MEMBERS", 2)
    pack(root / "many.tgz", {f"shop/{n}": b"" for n in range(3)})
    assert "unpacks to more than" in refusal(item(root, "many.tgz"))


def test_archives_in_archives_are_bounded(tmp_path: Path) -> None:
    content = b"name: a\n"
    for _ in range(7):
        pack(tmp_path / "a.tgz", {"a/charts/a.tgz": content})
        content = (tmp_path / "a.tgz").read_bytes()
    with pytest.raises(Unproven, match="archives in archives"):
        refuse_unsafe(content)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"README.md": b"x"}, "shop.tgz holds no chart"),
        ({"Chart.yaml": b"name: a\n"}, "shop.tgz holds no chart"),
        ({"a/Chart.yaml": b"name: a\n", "b/Chart.yaml": b"name: b\n"}, "shop.tgz holds no chart"),
        ({"a/Chart.yaml": b"x: 1\n"}, "Chart.yaml tells no name"),
    ],
)
def test_an_archive_that_is_no_chart_is_malformed(
    root: Path, bin_: Bin, files: dict[str, bytes], said: str
) -> None:
    helm(bin_, CLEAN)
    pack(root / "shop.tgz", files)
    assert said in refusal(item(root, "shop.tgz"))


@pytest.mark.parametrize("content", [b"", b"hello", b"\x1f\x8b\x08\x00", b"apiVersion: v1\nkind: Pod\n"])
def test_what_is_only_called_an_archive_is_malformed(root: Path, bin_: Bin, content: bytes) -> None:
    helm(bin_, CLEAN)
    (root / "shop.tgz").write_bytes(content)
    assert refusal(item(root, "shop.tgz")).startswith("malformed: shop.tgz: it ")


def test_an_archive_that_is_not_there_is_missing(root: Path) -> None:
    assert refusal(item(root, "shop.tgz")).startswith("missing: ")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_an_archive_that_was_cut_or_altered_is_read_or_refused(tmp_path: Path, data: st.DataObject) -> None:
    files = {"shop/Chart.yaml": b"name: shop\n", "shop/templates/a.yaml": OBJECT.encode() * 20}
    pack(tmp_path / "a.tgz", files)
    good = (tmp_path / "a.tgz").read_bytes()
    cut = good[: data.draw(st.integers(0, len(good) - 1))]
    with pytest.raises(Unproven):
        list(members(cut))
    place, byte = data.draw(st.integers(0, len(good) - 1)), data.draw(st.integers(0, 255))
    try:
        found = {
            str(one.path): one.content for one in members(good[:place] + bytes([byte]) + good[place + 1 :])
        }
    except Unproven:
        return
    assert found == files
