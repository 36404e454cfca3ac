"""The Workload API: what an agent gives this process, through the library `spiffe` of the extra `[spiffe]`."""

from __future__ import annotations

import hashlib
import importlib
import queue
import time
from threading import Thread
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.serialization import Encoding

from readiness.evidence.model import Reason, Unproven
from readiness.readers.spiffe.authorities import Authorities, Bundle
from readiness.readers.spiffe.endpoint_socket import EndpointSocket, knock

_INSTALL = "install it: pip install 'readiness[spiffe]'"
_MAX_TEXT = 200
# Codes of gRPC, and what SPIFFE_Workload_Endpoint.md section 6 means by them.
_BY_CODE = {
    "PERMISSION_DENIED": (
        "the agent has no identity for this process (permission denied)",
        "register the gate as a workload, with selectors that fit its user or its pod",
    ),
    "UNAVAILABLE": ("the agent is not available", "see that it runs and has joined its server"),
    "INVALID_ARGUMENT": (
        "the agent refused the request as invalid",
        "see whether it is a Workload API at all",
    ),
    "UNIMPLEMENTED": ("it does not speak the Workload API", "name the socket of the agent with `socket`"),
}


class Fetched(NamedTuple):
    """The default SVID, its chain in DER, and the bundles that came with it."""

    chain: tuple[bytes, ...]
    bundle: Bundle


def fetch(where: EndpointSocket, seconds: float) -> Fetched:
    """Ask the agent, within so many seconds; Unproven when it gives nothing, or the extra is not installed.

    The library asks in a thread that does not outlive the process, for it cannot be called back at every point.
    """
    ends = time.monotonic() + seconds
    client_type = _client_type()
    knock(where, seconds)
    answers: queue.SimpleQueue[Any] = queue.SimpleQueue()
    left = max(0.001, ends - time.monotonic())
    Thread(
        target=_ask, args=(client_type, where.uri, left, answers), daemon=True, name="readiness-spiffe"
    ).start()
    try:
        found = answers.get(timeout=left)
    except queue.Empty:
        message = f"{where.uri} did not answer within {seconds:g}s"
        raise Unproven(Reason.UNREACHABLE, message, "give it a longer `deadline`") from None
    if isinstance(found, BaseException):
        raise _explained(found, where, seconds)
    return _fetched(found, where)


def _client_type() -> Any:
    try:
        return importlib.import_module("spiffe").WorkloadApiClient
    except ImportError:
        message = "the Workload API needs the library `spiffe`, which is not installed"
        raise Unproven(Reason.MISSING, message, _INSTALL) from None
    except Exception as error:  # gRPC and protobuf check their versions as they are imported
        message = f"the library `spiffe` does not load ({type(error).__name__})"
        raise Unproven(Reason.MISSING, message, _INSTALL) from None


def _ask(client_type: Any, uri: str, seconds: float, answers: queue.SimpleQueue[Any]) -> None:
    try:
        with client_type(socket_path=uri) as client:
            answers.put(client.fetch_x509_context(timeout=seconds))
    except BaseException as error:  # whatever it is, the one who waits is told
        answers.put(error)


def _explained(error: BaseException, where: EndpointSocket, seconds: float) -> Unproven:
    code = _code(error)
    if code == "DEADLINE_EXCEEDED":
        message = f"{where.uri} did not answer within {seconds:g}s"
        return Unproven(Reason.UNREACHABLE, message, "give it a longer `deadline`")
    if code in _BY_CODE:
        message, remedy = _BY_CODE[code]
        return Unproven(Reason.UNREACHABLE, f"{where.uri}: {message}", remedy)
    if code:
        return Unproven(Reason.UNREACHABLE, f"{where.uri}: the agent answered {code}", "see its log")
    message = f"what {where.uri} gave was refused by the library `spiffe`: {str(error)[:_MAX_TEXT]}"
    return Unproven(Reason.MALFORMED, message, "look at the SVID that the agent issues")


def _code(error: BaseException) -> str:
    """The name of the gRPC status that is behind an error of the library, empty without one."""
    seen: BaseException | None = error
    while seen is not None:
        tell = getattr(seen, "code", None)
        if callable(tell):
            return str(getattr(tell(), "name", ""))
        seen = seen.__cause__
    return ""


def _fetched(context: Any, where: EndpointSocket) -> Fetched:
    try:
        chain = tuple(one.public_bytes(Encoding.DER) for one in context.default_svid.cert_chain)
        by_domain: dict[str | None, Authorities] = {
            bundle.trust_domain.name: Authorities(
                tuple(sorted(one.public_bytes(Encoding.DER) for one in bundle.x509_authorities))
            )
            for bundle in context.x509_bundle_set.bundles
        }
    except Exception as error:  # an attribute that another version of the library does not have
        message = f"the library `spiffe` gave something unexpected ({type(error).__name__})"
        raise Unproven(Reason.MALFORMED, message, _INSTALL) from None
    digest = hashlib.sha256(b"".join(der for one in by_domain.values() for der in one.x509)).hexdigest()
    return Fetched(chain, Bundle(f"the Workload API at {where.uri}", digest, by_domain))
