"""Where the Workload API listens: the URI of SPIFFE_Workload_Endpoint.md, section 4."""

from __future__ import annotations

import ipaddress
import re
import socket
import stat
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from readiness.evidence.model import Reason, Unproven

_EXAMPLE = "write it as in unix:///run/spire/agent.sock or tcp://127.0.0.1:8081"
_ODD = re.compile(r"[^\x21-\x7e]")
_START = "start the agent, or let the gate's user reach its socket"


class EndpointSocket(NamedTuple):
    """A socket: `path` of a Unix domain socket, or an address and a port."""

    path: str = ""
    host: str = ""
    port: int = 0

    @property
    def uri(self) -> str:
        """As the standard writes it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"unix://{self.path}" if self.path else f"tcp://{host}:{self.port}"


def parse_socket(text: str) -> EndpointSocket:
    """The socket that a URI names; ValueError with the rule that it breaks."""
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise ValueError(f"is no URI; {_EXAMPLE}") from None
    if _ODD.search(text) or "%" in text or parts.scheme not in ("unix", "tcp"):
        raise ValueError(f"is no URI of the scheme unix or tcp; {_EXAMPLE}")
    if "?" in text or "#" in text or "@" in parts.netloc:
        raise ValueError(f"has a user, a query or a fragment, and must have none; {_EXAMPLE}")
    if parts.scheme == "unix":
        return EndpointSocket(path=_unix_path(parts.netloc, parts.path))
    if parts.path or not host or not port:
        raise ValueError(f"of tcp is an address and a port, and nothing else; {_EXAMPLE}")
    try:
        return EndpointSocket(host=str(ipaddress.ip_address(host)), port=port)
    except ValueError:
        raise ValueError(f"of tcp names an IP address, not a name; {_EXAMPLE}") from None


def _unix_path(authority: str, path: str) -> str:
    if authority:
        raise ValueError(f"of unix has no authority: there are three slashes; {_EXAMPLE}")
    if len(path) < 2 or not path.startswith("/") or path.startswith("//"):
        raise ValueError(f"of unix names the absolute path of a socket; {_EXAMPLE}")
    return path


def knock(where: EndpointSocket, seconds: float) -> None:
    """Connect and hang up; Unproven with the reason when nobody is there, or this user may not come in."""
    if where.path:
        _refuse_other_files(Path(where.path))
    try:
        _connect(where, seconds)
    except FileNotFoundError:
        raise _missing(where) from None
    except PermissionError:
        message = f"there is no permission to connect to {where.uri}"
        raise Unproven(Reason.UNREACHABLE, message, _START) from None
    except TimeoutError:
        raise Unproven(
            Reason.UNREACHABLE, f"{where.uri} does not accept connections in time", _START
        ) from None
    except OSError as error:
        why = (error.strerror or type(error).__name__).lower()
        raise Unproven(Reason.UNREACHABLE, f"{where.uri} cannot be reached: {why}", _START) from None


def _connect(where: EndpointSocket, seconds: float) -> None:
    if not where.path:
        socket.create_connection((where.host, where.port), timeout=seconds).close()
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as sock:
        sock.settimeout(seconds)
        sock.connect(where.path)


def _refuse_other_files(path: Path) -> None:
    try:
        is_socket = stat.S_ISSOCK(path.stat().st_mode)
    except OSError:
        return  # connecting tells why
    if not is_socket:
        raise Unproven(
            Reason.MALFORMED, f"unix://{path} is no socket", "name the socket of the agent with `socket`"
        )


def _missing(where: EndpointSocket) -> Unproven:
    return Unproven(Reason.MISSING, f"there is no socket {where.uri}", "start the agent, or correct `socket`")
