"""TOML 1.0 (https://toml.io/); days and times become text, NaN and infinity are refused."""

from __future__ import annotations

import tomllib
from typing import Any

from readiness.readers.data._content import refuse
from readiness.readers.data._form import Form
from readiness.readers.source import Source


class TomlData(Form):
    """One table."""

    def parse(self, text: str, source: Source) -> Any:  # noqa: ARG002 - the text is enough
        """The table."""
        try:
            return tomllib.loads(text)
        except RecursionError:
            raise refuse("it is nested too deeply") from None
        except ValueError as error:  # TOML's own, or a whole number of more digits than Python converts
            raise refuse(f"it is not TOML: {error}") from None
