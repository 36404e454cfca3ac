"""The kind `prometheus-config`."""

from __future__ import annotations

from typing import ClassVar

from readiness.evidence.model import Facts
from readiness.evidence.prometheus_config import PrometheusConfig
from readiness.readers.files import FileKind


class PrometheusConfigKind(FileKind[PrometheusConfig]):
    """One configuration file."""

    facts: ClassVar[type[Facts]] = PrometheusConfig
    tracked: ClassVar[bool] = True
