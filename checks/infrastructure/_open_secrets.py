"""Secrets of Kubernetes: whether one holds values that anybody can read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from readiness.check import Finding
from readiness.evidence.manifests import Resource
from readiness.evidence.manifests.secrets import entries_of

from ._secret_names import may_be_secret
from ._subjects import Subject, failed

_MANY = 5
_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]*-----END CERTIFICATE-----")


def open_values(secret: Resource, subject: Subject) -> Iterator[Finding]:
    """One finding for a Secret with values that are there to be read: base64 hides nothing. ShapeError.

    Value by value, as SOPS may be told to leave some as they are.
    """
    shown = [entry for entry in entries_of(secret) if _is_open(entry.text)]
    if shown:
        keys = ", ".join(entry.key for entry in shown[:_MANY])
        more = f" and {len(shown) - _MANY} more" if len(shown) > _MANY else ""
        yield failed(
            subject,
            (shown[0].place, shown[0].key),
            f"holds values that anybody can read: {keys}{more}",
            "keep it outside of the manifests: ExternalSecret, SealedSecret, SOPS; and change what was shown",
            observed=f"{len(shown)} {'value' if len(shown) == 1 else 'values'} in the open",
            expected="none, or encrypted ones",
        )


def _is_open(text: str) -> bool:
    """Certificates are for everybody, where nothing else stands between them."""
    return may_be_secret("password", text) and bool(_CERTIFICATE.sub("", text).strip())
