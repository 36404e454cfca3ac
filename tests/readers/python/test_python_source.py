"""The kind `python`: what is counted, what is left out, and what cannot be parsed."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.evidence.model import Item, Reason
from readiness.evidence.python_source import PythonSource
from readiness.testing import read_evidence


def item(folder: Path, files: dict[str, str | bytes], **keys: Any) -> Item:
    for name, text in files.items():
        path = folder / "src" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_evidence("python", folder, path="src", **keys).whole


def read(folder: Path, files: dict[str, str | bytes], **keys: Any) -> PythonSource:
    found = item(folder, files, **keys)
    assert isinstance(found.facts, PythonSource), found.message
    return found.facts


def counts(facts: PythonSource, *reaches: str) -> tuple[int, int, int, int]:
    rows = [one for one in facts.tallies if not reaches or one.reach in reaches]
    return (
        sum(one.annotated for one in rows),
        sum(one.callables for one in rows),
        sum(one.documented for one in rows),
        sum(one.documentable for one in rows),
    )


FUNCTIONS = {
    "def f(a: int) -> int: ...": True,
    "def f() -> None: ...": True,
    "def f(): ...": False,
    "def f(a) -> int: ...": False,
    "def f(a: int): ...": False,
    "def f(*args, **kwargs) -> None: ...": False,
    "def f(*args: int, **kwargs: str) -> None: ...": True,
    "def f(a: int, /, b: int, *, c) -> None: ...": False,
    "async def f(a: int) -> int: ...": True,
    "class A:\n    def f(self) -> None: ...": True,
    "class A:\n    def f(self): ...": False,
    "class A:\n    @staticmethod\n    def f(a) -> None: ...": False,
    "class A:\n    @classmethod\n    def f(cls) -> None: ...": True,
    "class A:\n    def __init__(self, a: int): ...": True,
    "class A:\n    def __init__(self): ...": False,
    "class A:\n    def __init__(self, a): ...": False,
    "def __init__(a: int): ...": False,
    "if True:\n    def f(): ...": False,
    "try:\n    x = 1\nexcept ValueError:\n    def f(): ...": False,
    "match 1:\n    case 1:\n        def f(): ...": False,
    "@typing.no_type_check\ndef f(a: int) -> int: ...": False,
    "@overload\ndef f(a: int) -> int: ...\n@overload\ndef f(a: str) -> str: ...\ndef f(a: object) -> object: ...": True,
    "@overload\ndef f(a: int) -> int: ...\n@overload\ndef f(a: str) -> str: ...\ndef f(a): ...": False,
    "@overload\ndef f(a): ...\n@overload\ndef f(a: str) -> str: ...\ndef f(a: int) -> int: ...": False,
}


@pytest.mark.parametrize("text", sorted(FUNCTIONS))
def test_a_function_is_annotated_or_not(tmp_path: Path, text: str) -> None:
    facts = read(tmp_path, {"a.py": text})
    assert counts(facts)[:2] == (int(FUNCTIONS[text]), 1)


REACHES = {
    "def f(): ...": "public",
    "def _f(): ...": "private",
    "class A:\n    def f(self): ...": "public",
    "class _A:\n    def f(self): ...": "private",
    "class A:\n    def _f(self): ...": "private",
    "class A:\n    def __eq__(self, other): ...": "dunder",
    "class A:\n    def __f(self): ...": "private",
    "class _A:\n    def __eq__(self, other): ...": "private",
}


@pytest.mark.parametrize("text", sorted(REACHES))
def test_names_tell_who_a_function_is_for(tmp_path: Path, text: str) -> None:
    (one,) = read(tmp_path, {"a.py": text}).unannotated
    assert one.reach == REACHES[text]


def test_what_is_within_a_function_is_nested(tmp_path: Path) -> None:
    facts = read(tmp_path, {"a.py": "def f() -> None:\n    class A:\n        def g(self): ...\n"})
    assert [(one.name, one.reach, one.line) for one in facts.unannotated] == [("f.A.g", "nested", 3)]


DOCUMENTED = {
    '"""A module."""\nclass A:\n    """It is."""\n    def f(self):\n        """It does."""\n': (3, 3),
    "x = 1\n": (0, 1),
    '""" """\n': (0, 1),
    '"""..."""\n': (0, 1),
    'f"""A module."""\n': (0, 1),
    'x = 1\n"""A module."""\n': (0, 1),
    '"""M."""\nclass A:\n    """C."""\n    @a.setter\n    def a(self, v): ...\n': (2, 2),
    '"""M."""\n@overload\ndef f(a: int): ...\ndef f(a):\n    """F."""\n': (2, 2),
    '"""M."""\nclass A:\n    """C."""\n    @override\n    def f(self): ...\n': (2, 2),
}


@pytest.mark.parametrize("text", sorted(DOCUMENTED))
def test_docstrings_are_counted(tmp_path: Path, text: str) -> None:
    assert counts(read(tmp_path, {"a.py": text}))[2:] == DOCUMENTED[text]


def test_annotations_of_nothing_but_any_are_told(tmp_path: Path) -> None:
    text = 'def f(a: Any) -> Any: ...\ndef g(a: "typing.Any") -> t.Any: ...\ndef h(a: Any) -> int: ...\n'
    assert sum(one.vague for one in read(tmp_path, {"a.py": text}).tallies) == 2


def test_a_stub_beside_a_module_annotates_it(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "a.py": '"""M."""\ndef f(a):\n    """F."""\ndef g(a):\n    """G."""\n',
        "a.pyi": "def f(a: int) -> int: ...\n",
        "b.pyi": "def h(a): ...\n",
    }
    facts = read(tmp_path, files)
    assert [one.name for one in facts.unannotated] == ["g", "h"]
    assert counts(facts)[2:] == (3, 3)
    assert facts.stubs == 2


@pytest.mark.parametrize("text", ["TODO", "TODO: write", "FIXME later", "_summary_", "Missing docstring."])
def test_a_docstring_that_is_still_to_be_written_is_none(tmp_path: Path, text: str) -> None:
    assert counts(read(tmp_path, {"a.py": f"def f() -> None:\n    {text!r}\n"}))[2:] == (0, 2)


def test_any_under_another_name_and_beside_none_says_no_more(tmp_path: Path) -> None:
    text = (
        "from typing import Any as Whatever\n"
        "def f(a: Whatever) -> Whatever: ...\n"
        "def g(a: Whatever | None) -> Optional[Any]: ...\n"
        "def h(a: int | None) -> Any: ...\n"
    )
    assert sum(one.vague for one in read(tmp_path, {"a.py": text}).tallies) == 2


def test_a_stub_that_leaves_parameters_out_annotates_nothing(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "a.py": "def f(a, b): ...\ndef g(a, b): ...\n",
        "a.pyi": "def f(a: int) -> int: ...\ndef g(*a: int) -> int: ...\n",
    }
    (one,) = read(tmp_path, files).unannotated
    assert (one.name, one.lacks) == ("f", "parameters that the stub leaves out")


def test_what_is_left_out_is_counted(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "a.py": "x = 1\n",
        "a_pb2.py": "def f(): ...\n",
        "_vendor/b.py": "def f(): ...\n",
        "venv/pyvenv.cfg": "",
        "venv/lib/c.py": "def f(): ...\n",
        ".nox/d.py": "def f(): ...\n",
    }
    facts = read(tmp_path, files)
    assert (facts.files, facts.excluded, facts.passed) == (1, {"*_pb2.py": 1, "_vendor/": 1}, 2)
    assert facts.summary()["excluded"] == {"*_pb2.py": 1, "_vendor/": 1}
    assert read(tmp_path, {}, exclude=[]).files == 3


BROKEN: dict[str, tuple[str | bytes, str]] = {
    "a syntax error": ("x = 1\ndef f(:\n", "src/a.py:2: it is no Python"),
    "an older Python": ("x = 1\nprint 'a'\n", "src/a.py:2: it is no Python"),
    "null bytes": (b"x = 1\0\n", "src/a.py: it is no Python"),
    "no UTF-8": (b"x = '\xff'\n", "it is no Python"),
    "an unknown encoding": (b"# coding: nowhere\nx = 1\n", "it is no Python"),
    "an encoding that is none of text": (b"# coding: hex\nx = 1\n", "it is no Python"),
    "too many parentheses": ("x = " + "(" * 5_000 + ")" * 5_000, "src/a.py"),
    "a long chain of signs": ("x = " + "-" * 100_000 + "1", "nested too deeply"),
    "a long sum": ("x = " + "+".join(["1"] * 100_000), "nested too deeply"),
    "a long chain of names": ("x = a" + ".a" * 100_000, "nested too deeply"),
    "too large": ("#" * 2_000_001, "Python files of at most"),
}


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_a_file_that_cannot_be_parsed_is_unproven_with_its_place(tmp_path: Path, name: str) -> None:
    text, message = BROKEN[name]
    found = item(tmp_path, {"a.py": text, "good.py": "x = 1\n"})
    assert found.reason is Reason.MALFORMED
    assert message in found.message
    assert "src/a.py" in found.message


def test_nothing_to_look_at_is_unproven(tmp_path: Path) -> None:
    assert "no such folder" in item(tmp_path, {}).message
    assert "no Python file" in item(tmp_path, {"a.txt": "x"}).message
    assert "define nothing" in item(tmp_path, {"__init__.py": "", "b.py": "# nothing\n"}).message
    left = item(tmp_path, {}, exclude=["*.py"])
    assert (left.reason, "2 are left out" in left.message) == (Reason.MISSING, True)


def test_links_that_lead_in_circles_are_followed_once(tmp_path: Path) -> None:
    (tmp_path / "src" / "a").mkdir(parents=True)
    (tmp_path / "src" / "a" / "round").symlink_to(tmp_path / "src")
    (tmp_path / "src" / "copy.py").symlink_to(tmp_path / "src" / "a" / "m.py")
    assert read(tmp_path, {"a/m.py": "def f(): ...\n"}).files == 1


def test_a_link_to_nowhere_is_unproven(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "gone.py").symlink_to(tmp_path / "nowhere")
    found = item(tmp_path, {"a.py": "x = 1\n"})
    assert (found.reason, "src/gone.py" in found.message) == (Reason.MISSING, True)


def test_one_file_may_be_named(tmp_path: Path) -> None:
    (tmp_path / "tool.py").write_text("def f(): ...\n")
    whole = read_evidence("python", tmp_path, path="tool.py").whole
    assert isinstance(whole.facts, PythonSource)
    assert whole.facts.unannotated[0].file == "tool.py"


def test_nothing_is_imported_or_run(tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    read(tmp_path, {"a.py": f"open({str(mark)!r}, 'w')\n", "sitecustomize.py": "raise SystemExit\n"})
    assert not mark.exists()


def test_what_is_tracked_and_unchanged_is_of_the_commit(tmp_path: Path) -> None:
    item(tmp_path, {"a.py": "x = 1\n", "b/c.py": "y = 1\n"})
    who = ["-c", "user.name=a", "-c", "user.email=a@b.example"]
    for words in (["init", "-q"], ["add", "."], [*who, "commit", "-qm", "first"]):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    head = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=tmp_path, check=True, capture_output=True, text=True
    ).stdout.strip()
    assert item(tmp_path, {}, commit=head).provenance.commit == head
    assert item(tmp_path, {"b/c.py": "y = 2\n"}, commit=head).provenance.commit is None


@given(st.binary(max_size=60) | st.text("def f(a:)->\n '\"#@\\x0c", max_size=60).map(str.encode))
@settings(max_examples=60, deadline=None)
def test_any_bytes_are_read_or_unproven(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    found = item(tmp_path_factory.mktemp("any"), {"a.py": content})
    assert (found.facts is None) == (found.reason in (Reason.MALFORMED, Reason.MISSING))


CODE = {
    "": False,
    '"""A module."""\n': False,
    "...\n": False,
    "# nothing\n": False,
    "pass\n": True,
    "from shop import cart\n": True,
    '"""A module."""\nx = 1\n': True,
    "f()\n": True,
}


@pytest.mark.parametrize("text", sorted(CODE))
def test_files_that_tests_can_run_are_told_by_their_paths(tmp_path: Path, text: str) -> None:
    facts = read(tmp_path, {"shop/__init__.py": text, "a.py": "x = 1\n", "b.pyi": "y: int\n"})
    assert facts.coded == ("a.py", "shop/__init__.py") if CODE[text] else ("a.py",)


def test_what_is_excluded_is_no_code_either(tmp_path: Path) -> None:
    facts = read(tmp_path, {"a.py": "x = 1\n", "made/b.py": "x = 1\n"}, exclude=["made/"])
    assert facts.coded == ("a.py",)
