"""The kind `alertmanager`."""

from __future__ import annotations

from typing import ClassVar

from readiness.evidence.alertmanager import Alertmanager
from readiness.evidence.model import Facts
from readiness.readers.files import FileKind


class AlertmanagerKind(FileKind[Alertmanager]):
    """One configuration."""

    facts: ClassVar[type[Facts]] = Alertmanager
    tracked: ClassVar[bool] = True
