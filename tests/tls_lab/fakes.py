"""Servers that speak TLS byte by byte, or only seem to: behaviours for `tests.hostile_servers.serving`."""

from __future__ import annotations

import hashlib
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.hostile_servers import Behaviour, Server

RETRY = hashlib.sha256(b"HelloRetryRequest").digest()


def sized(content: bytes, width: int) -> bytes:
    """Content after its own length."""
    return len(content).to_bytes(width, "big") + content


def record(content: bytes, kind: int = 22) -> bytes:
    """One record."""
    return bytes((kind, 3, 3)) + sized(content, 2)


def alert(code: int) -> bytes:
    """A fatal alert in a record."""
    return record(bytes((2, code)), 21)


def server_hello(suite: int = 0x1301, *, group: int | None = None, version: int = 0x0304) -> bytes:
    """A HelloRetryRequest that names a group, or a ServerHello of an older version without one."""
    extensions = b""
    if version == 0x0304:
        extensions += (43).to_bytes(2, "big") + sized(b"\x03\x04", 2)
        if group is not None:
            extensions += (51).to_bytes(2, "big") + sized(group.to_bytes(2, "big"), 2)
    random = RETRY if group is not None else bytes(32)
    legacy = min(version, 0x0303).to_bytes(2, "big")
    body = legacy + random + sized(bytes(32), 1) + suite.to_bytes(2, "big") + b"\x00" + sized(extensions, 2)
    return record(b"\x02" + sized(body, 3))


def read_hello(client: socket.socket) -> bytes:
    """One whole record of a client; less when it goes away."""
    data = b""
    while len(data) < 5 or len(data) < 5 + int.from_bytes(data[3:5], "big"):
        part = client.recv(4096)
        if not part:
            break
        data += part
    return data


def offers(hello: bytes, extension: int, code: int) -> bool:
    """Whether a hello holds this number in this extension, roughly: good enough for hellos of our own."""
    at = hello.find(extension.to_bytes(2, "big"), 40)
    while at != -1:
        size = int.from_bytes(hello[at + 2 : at + 4], "big")
        if code.to_bytes(2, "big") in hello[at + 4 : at + 4 + size]:
            return True
        at = hello.find(extension.to_bytes(2, "big"), at + 1)
    return False


def hybrid(client: socket.socket, server: Server) -> None:
    """TLS 1.3 with X25519MLKEM768, as far as the first answer."""
    hello = read_hello(client)
    if offers(hello, 43, 0x0304) and offers(hello, 10, 0x11EC):
        client.sendall(server_hello(group=0x11EC))
    else:
        client.sendall(alert(70))


def saying_tls(raw: bytes) -> Behaviour:
    """These bytes for an answer to any hello, and the end of the connection."""

    def behave(client: socket.socket, server: Server) -> None:
        read_hello(client)
        with suppress(OSError):
            client.sendall(raw)

    return behave


def says(raw: bytes) -> Behaviour:
    """These bytes at once, and then it listens until the client goes away."""

    def behave(client: socket.socket, server: Server) -> None:
        client.sendall(raw)
        while client.recv(4096):
            pass

    return behave


def half_closes(client: socket.socket, server: Server) -> None:
    """Reads, and has closed its own side."""
    client.shutdown(socket.SHUT_WR)
    while client.recv(4096):
        pass


def resets(client: socket.socket, server: Server) -> None:
    """A reset where an answer would be."""
    client.recv(1)
    client.setsockopt(
        socket.SOL_SOCKET, socket.SO_LINGER, (1).to_bytes(4, "little") + (0).to_bytes(4, "little")
    )


def drips(raw: bytes) -> Behaviour:
    """One byte at a time."""

    def behave(client: socket.socket, server: Server) -> None:
        client.recv(1)
        for one in raw * 1000:
            if server.over.wait(0.02):
                return
            client.sendall(bytes((one,)))

    return behave


def after(preamble: Callable[[socket.socket], bool], context: ssl.SSLContext) -> Behaviour:
    """A dialogue in clear, and TLS when it comes to that."""

    def behave(client: socket.socket, server: Server) -> None:
        if preamble(client):
            with context.wrap_socket(client, server_side=True) as secure, suppress(OSError):
                secure.settimeout(2)
                secure.recv(1)

    return behave


def mute(client: socket.socket, server: Server) -> None:
    """Says nothing of its own, as a service does that waits for its client to begin."""
    client.settimeout(2)
    client.recv(1)


def postgres(client: socket.socket) -> bool:
    """SSLRequest, and yes."""
    if client.recv(8) != bytes.fromhex("0000000804d2162f"):
        return False
    client.sendall(b"S")
    return True


def smtp(client: socket.socket) -> bool:
    """A greeting, its extensions, and yes."""
    client.sendall(b"220 mail.test ESMTP\r\n")
    if not client.recv(100).startswith(b"EHLO "):
        return False
    client.sendall(b"250-mail.test\r\n250-SIZE 1000\r\n250 STARTTLS\r\n")
    if client.recv(100) != b"STARTTLS\r\n":
        return False
    client.sendall(b"220 go ahead\r\n")
    return True


def imap(client: socket.socket) -> bool:
    """A greeting, and yes."""
    client.sendall(b"* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n")
    tag, _, command = client.recv(100).partition(b" ")
    client.sendall(tag + b" OK begin\r\n")
    return command.strip() == b"STARTTLS"


def ldap(client: socket.socket) -> bool:
    """ExtendedResponse, success."""
    if b"1.3.6.1.4.1.1466.20037" not in client.recv(100):
        return False
    client.sendall(bytes.fromhex("300c02010178070a010004000400"))
    return True


def picks(*suites: int) -> Behaviour:
    """TLS 1.2 as far as the first answer: the first of these suites that a client offers, else an alert."""

    def behave(client: socket.socket, server: Server) -> None:
        hello = read_hello(client)
        at = 44 + hello[43] if len(hello) > 43 else 0
        size = int.from_bytes(hello[at : at + 2], "big")
        offered = {int.from_bytes(hello[i : i + 2], "big") for i in range(at + 2, at + 2 + size, 2)}
        chosen = next((one for one in suites if one in offered), None)
        is_ours = hello[9:11] == b"\x03\x03" and not offers(hello, 43, 0x0304)
        if chosen is None or not is_ours:
            client.sendall(alert(40 if is_ours else 70))
        else:
            done = record(b"\x0e\x00\x00\x00")
            client.sendall(server_hello(chosen, version=0x0303) + done)

    return behave


@contextmanager
def s_server(port: int, cert: Path, key: Path, *options: str) -> Iterator[None]:
    """`openssl s_server` that answers like a web server, with the intermediate that lies beside its certificate."""
    about = ["-accept", f"127.0.0.1:{port}", "-cert", str(cert), "-key", str(key)]
    beside = ["-cert_chain", str(cert.with_name("middle.pem"))]
    with _running([_program("openssl"), "s_server", *about, *beside, "-www", *options], port):
        yield


_NGINX = """\
daemon off;
master_process off;
worker_rlimit_nofile 512;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
events {{ worker_connections 256; }}
http {{
  access_log off;
  client_body_temp_path {folder}/nginx-body;
  proxy_temp_path {folder}/nginx-proxy;
  fastcgi_temp_path {folder}/nginx-fastcgi;
  uwsgi_temp_path {folder}/nginx-uwsgi;
  scgi_temp_path {folder}/nginx-scgi;
  default_type application/json;
  server {{
    listen 127.0.0.1:{port} ssl;
    ssl_certificate {cert};
    ssl_certificate_key {key};
    {directives}
    location / {{ return 200 '{{"status": "UP"}}'; }}
  }}
}}
"""


@contextmanager
def nginx(port: int, cert: Path, key: Path, directives: str) -> Iterator[None]:
    """A real nginx with these directives in its server; ends with the test."""
    folder = cert.parent
    said = _NGINX.format(folder=folder, port=port, cert=cert, key=key, directives=directives)
    (folder / "nginx.conf").write_text(said)
    with _running([_program("nginx"), "-p", str(folder), "-c", str(folder / "nginx.conf")], port):
        yield


def _program(name: str) -> str:
    """Where it is; on some systems the folder of servers is not on the path of users."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin:/sbin")
    if found is None:
        raise FileNotFoundError(name)
    return found


def is_here(name: str) -> bool:
    """Whether a program is installed."""
    try:
        return bool(_program(name))
    except FileNotFoundError:
        return False


@contextmanager
def _running(command: list[str], port: int) -> Iterator[None]:
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_for(port, process)
        yield
    finally:
        process.terminate()
        process.wait(5)


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Until somebody listens, at most five seconds."""
    for _ in range(250):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        if process.poll() is not None:
            break
        time.sleep(0.02)
    raise RuntimeError("the server did not start")


def free_port() -> int:
    """A port that nobody uses at the moment."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
