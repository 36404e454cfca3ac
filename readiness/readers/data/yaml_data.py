"""YAML as policies are written in: one document, no anchors or tags, no key twice, `true` and `false` only."""

from __future__ import annotations

from typing import Any

from readiness.evidence.model import Reason, Unproven
from readiness.places import Text, YamlError, load_policy
from readiness.readers.data._form import Form
from readiness.readers.source import Source


class YamlData(Form):
    """One document. `yes` and a day without quotes are text; `1_000` and `0x10` are text too."""

    def parse(self, text: str, source: Source) -> Any:
        """The document."""
        try:
            content, _ = load_policy(Text(source.path.name, text))
        except YamlError as error:
            message = str(error).replace(" in a policy", " in data").replace("a policy is one", "data is one")
            raise Unproven(Reason.MALFORMED, message, error.problems[0].help) from None
        return content
