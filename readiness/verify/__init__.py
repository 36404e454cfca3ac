"""Does a scorecard allow this deploy? Asked again where it counts: in the deploy step, of the file.

This proves what the scorecard says, and that it fits this deploy and itself. It does not prove who wrote it: a
scorecard is not signed yet, so the file must come from a trusted job, by a way that nobody else can write to.
"""

from readiness.scorecard.decoding import decode
from readiness.verify.demands import Demands, parse_demands
from readiness.verify.verdict import Failure, exit_code, verify

__all__ = ["Demands", "Failure", "decode", "exit_code", "parse_demands", "verify"]
