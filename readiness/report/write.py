"""Reports -> their places: all or none, and the JSON last, so that whoever finds it finds the others complete."""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple, TextIO

from readiness.errors import NoVerdictError
from readiness.report.formats import render
from readiness.report.outputs import Output, is_file_to_be, reason
from readiness.report.screen import PLAIN, screen_of
from readiness.scorecard import Scorecard


class _Report(NamedTuple):
    """A finished report, and the temporary file that holds it until it gets its name."""

    output: Output
    content: bytes
    temporary: Path | None = None
    target: Path | None = None


def write_reports(
    card: Scorecard,
    outputs: Sequence[Output],
    stdout: TextIO | None = None,
    environ: Mapping[str, str] = os.environ,
) -> None:
    """Render every report, write all of them, and only then give them their names.

    Raises NoVerdictError, naming the path and what the system says, when one cannot be made or written; then no
    file of this run is left, neither temporary nor under its name.
    """
    stdout = stdout or sys.stdout
    ordered = sorted(outputs, key=lambda output: (output.format == "json", output.path is not None))
    _write([_rendered(card, output, stdout, environ) for output in ordered], stdout)


def write_contents(contents: Sequence[tuple[Output, bytes]], stdout: TextIO | None = None) -> None:
    """Write what is rendered already, by the same rules; raises NoVerdictError as `write_reports` does."""
    ordered = sorted(contents, key=lambda pair: (pair[0].format == "json", pair[0].path is not None))
    _write([_Report(output, content) for output, content in ordered], stdout or sys.stdout)


def _write(rendered: Sequence[_Report], stdout: TextIO | None) -> None:
    made: list[Path] = []
    try:
        reports = [_staged(report, made) for report in rendered]
        for report in _streams_first(reports):
            _publish(report, stdout, made)
        _sync_folders(reports)
    except BaseException:
        for path in made:
            with suppress(OSError):
                path.unlink(missing_ok=True)
        raise


def _rendered(card: Scorecard, output: Output, stdout: TextIO | None, environ: Mapping[str, str]) -> _Report:
    on_screen = output.path is None and stdout is not None and not stdout.closed
    try:
        text = render(output.format, card, screen_of(stdout, environ) if on_screen and stdout else PLAIN)
    except Exception as error:
        problem = f"{type(error).__name__}: {error}"
        raise NoVerdictError(f"the {output.format} report cannot be made: {problem}") from error
    encoding = (
        (stdout.encoding or "utf-8") if output.format == "terminal" and on_screen and stdout else "utf-8"
    )
    return _Report(output, text.encode(encoding, "replace"))


def _streams_first(reports: Sequence[_Report]) -> list[_Report]:
    """What cannot be taken back comes before the files that can, and the JSON after everything."""
    return sorted(reports, key=lambda report: (report.output.format == "json", report.temporary is not None))


@contextmanager
def _told(output: Output) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        place = output.path.absolute() if output.path else output.label
        raise NoVerdictError(
            f"the {output.format} report cannot be written to {place}: {reason(error)}"
        ) from error


def _staged(report: _Report, made: list[Path]) -> _Report:
    path = report.output.path
    if path is None or not is_file_to_be(path):
        return report
    with _told(report.output):
        target = path.resolve()
        temporary = target.with_name(f".readiness-{os.urandom(8).hex()}.tmp")
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        file = os.open(temporary, flags, 0o666)
        made.append(temporary)
        _write_and_close(file, report.content, durable=True)
    return report._replace(temporary=temporary, target=target)


def _publish(report: _Report, stdout: TextIO | None, made: list[Path]) -> None:
    with _told(report.output):
        if report.temporary and report.target:
            report.temporary.replace(report.target)
            made.append(report.target)
        elif report.output.path is not None:
            file = os.open(report.output.path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
            _write_and_close(file, report.content, durable=False)
        else:
            _print(report.content, stdout)


def _write_and_close(file: int, content: bytes, durable: bool) -> None:
    try:
        _write_all(file, content)
        if durable:
            os.fsync(file)
    finally:
        os.close(file)


def _write_all(file: int, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        try:
            rest = rest[os.write(file, rest) :]
        except BlockingIOError:
            select.select([], [file], [])


def _print(content: bytes, stdout: TextIO | None) -> None:
    """Past Python's buffer: what stays in it after an error would be written, and fail, again at exit."""
    if stdout is None or stdout.closed:
        raise OSError("it is closed")
    stdout.flush()
    try:
        file = stdout.fileno()
    except (OSError, ValueError):
        stdout.write(content.decode(stdout.encoding or "utf-8"))
        stdout.flush()
    else:
        _write_all(file, content)


def _sync_folders(reports: Sequence[_Report]) -> None:
    """Make the new names durable, where the file system can."""
    for folder in {report.target.parent for report in reports if report.target}:
        with suppress(OSError):
            file = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                os.fsync(file)
            finally:
                os.close(file)
