"""Real servers on loopback, each started once, in folders that go with the tests."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.authority import Authority

USER, PASSWORD = "gatekeeper", "canary-Pa55/word+x"
_WAIT_S = 20.0
_TRIES = 3


@dataclass(frozen=True)
class Running:
    """A server that runs; `folder` has `test-authority.pem`, which signed its certificate."""

    port: int
    folder: Path

    @property
    def ca(self) -> str:
        return str(self.folder / "test-authority.pem")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Running]:
    """PostgreSQL with TLS, which demands SCRAM of everybody but `truster`."""
    bin_ = _found("postgres", "/usr/lib/postgresql/*/bin")
    with _folder() as folder:
        _authority(folder)
        (folder / "password").write_text(PASSWORD)
        account = _unprivileged(folder)
        data = folder / "data"
        make = [f"{bin_}/initdb", "-D", str(data), "-U", USER, "-A", "scram-sha-256", "-N", "-E", "UTF8"]
        subprocess.run(
            [*make, f"--pwfile={folder}/password"],
            check=True,
            capture_output=True,
            cwd=folder,
            timeout=60,
            **account,
        )
        rules = "host all truster 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n"
        (data / "pg_hba.conf").write_text(rules)
        files = f"ssl=on\nssl_cert_file='{folder}/server.pem'\nssl_key_file='{folder}/server.key'\n"
        with (data / "postgresql.conf").open("a") as file:
            file.write(files)

        def start(port: int) -> list[str]:
            return [f"{bin_}/postgres", "-D", str(data), "-p", str(port), "-h", "127.0.0.1", "-k", "", "-F"]

        with _running(start, folder, account, _pg_serves) as port:
            yield Running(port, folder)


@pytest.fixture(scope="session")
def redis() -> Iterator[Running]:
    """Redis with a password."""
    with _redis("--requirepass", PASSWORD) as running:
        yield running


@pytest.fixture(scope="session")
def open_redis() -> Iterator[Running]:
    """Redis without a password."""
    with _redis() as running:
        yield running


@contextmanager
def _redis(*more: str) -> Iterator[Running]:
    bin_ = _found("redis-server")
    with _folder() as folder:
        account = _unprivileged(folder)

        def start(port: int) -> list[str]:
            fixed = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(folder)]
            return [f"{bin_}/redis-server", "--port", str(port), *fixed, *more]

        with _running(start, folder, account, _redis_serves) as port:
            yield Running(port, folder)


def _found(program: str, pattern: str = "") -> str:
    """The folder of a program; the test is skipped where it is absent, and fails where it is required."""
    places = sorted(Path("/").glob(pattern.lstrip("/")), reverse=True) if pattern else []
    for place in places:
        if (place / program).exists():
            return str(place)
    if on_path := shutil.which(program):
        return str(Path(os.path.realpath(on_path)).parent)
    if os.environ.get("READINESS_SERVERS") == "required":
        pytest.fail(f"{program} is not installed, and is required in CI")
    pytest.skip(f"{program} is not installed")


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder that another user can enter, which those of pytest are not."""
    with tempfile.TemporaryDirectory(prefix="readiness-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


def _authority(folder: Path) -> None:
    cert, key = Authority(folder).issue("server", "127.0.0.1")
    assert cert.name == "server.pem"
    key.chmod(0o600)


def _unprivileged(folder: Path) -> dict[str, Any]:
    """PostgreSQL does not run as root: how to start a process as somebody else who owns the folder."""
    if os.geteuid() != 0:
        return {}
    name = next((one for one in ("postgres", "nobody") if _known(one)), "nobody")
    entry = pwd.getpwnam(name)
    for path in (folder, *folder.iterdir()):
        os.chown(path, entry.pw_uid, entry.pw_gid)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _known(name: str) -> bool:
    with suppress(KeyError):
        return bool(pwd.getpwnam(name))
    return False


@contextmanager
def _running(
    command: Callable[[int], list[str]], folder: Path, account: dict[str, Any], serves: Callable[[int], bool]
) -> Iterator[int]:
    """Start it on a port that is free, and stop it; another port when somebody was quicker."""
    for _ in range(_TRIES):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port: int = listener.getsockname()[1]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(command(port), cwd=folder, stdout=log, stderr=log, **account)
        try:
            if _waited(process, port, serves):
                yield port
                return
        finally:
            process.send_signal(signal.SIGINT)  # to PostgreSQL: at once, without waiting for queries
            process.wait(20)
    pytest.fail((folder / "log").read_text(errors="replace")[-2_000:])


def _waited(process: subprocess.Popen[bytes], port: int, serves: Callable[[int], bool]) -> bool:
    end = time.monotonic() + _WAIT_S
    while time.monotonic() < end and process.poll() is None:
        with suppress(OSError):
            if serves(port):
                return True
        time.sleep(0.05)
    return False


def _redis_serves(port: int) -> bool:
    with closing(socket.create_connection(("127.0.0.1", port), 2)) as sock:
        sock.sendall(b"PING\r\n")
        return sock.recv(64).startswith((b"+PONG", b"-NOAUTH"))


def _pg_serves(port: int) -> bool:
    with closing(socket.create_connection(("127.0.0.1", port), 2)) as sock:
        body = b"\0\x03\0\0user\0" + USER.encode() + b"\0\0"
        sock.sendall((len(body) + 4).to_bytes(4, "big") + body)
        return sock.recv(1) == b"R"
