"""Names into addresses, with a deadline that getaddrinfo itself does not have."""

from __future__ import annotations

import queue
import socket
from threading import Thread
from typing import Any, NamedTuple

from readiness.evidence.model import Reason, Unproven

_MAX_ADDRESSES = 8
_REMEDY = "correct `url`, or run the gate where that name resolves"


class Address(NamedTuple):
    """One place where a host listens, as sockets want it."""

    family: int
    where: tuple[Any, ...]


def resolve(host: str, port: int, seconds: float) -> tuple[Address, ...]:
    """The addresses of a host, in the order of preference, at most eight; Unproven (unreachable) when none is found.

    The question runs in a thread that does not outlive the process, for nothing can call it back.
    """
    answers: queue.SimpleQueue[Any] = queue.SimpleQueue()
    Thread(target=_ask, args=(host, port, answers), daemon=True, name="readiness-resolve").start()
    try:
        found = answers.get(timeout=max(seconds, 0))
    except queue.Empty:
        message = f"the name {host} was not resolved in time"
        raise Unproven(Reason.UNREACHABLE, message, _REMEDY) from None
    if isinstance(found, socket.gaierror):
        message = f"the name {host} does not resolve: {found.strerror or 'no answer'}"
        raise Unproven(Reason.UNREACHABLE, message, _REMEDY)
    if not found or isinstance(found, Exception):
        raise Unproven(Reason.UNREACHABLE, f"the name {host} does not resolve", _REMEDY)
    unique = dict.fromkeys(Address(family, where) for family, _, _, _, where in found)
    return tuple(unique)[:_MAX_ADDRESSES]


def _ask(host: str, port: int, answers: queue.SimpleQueue[Any]) -> None:
    try:
        answers.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
    except Exception as error:  # whatever it is, the one who waits is told
        answers.put(error)
