"""The parts of a disaster recovery document, and the words for them."""

from __future__ import annotations

import re
from enum import StrEnum

from readiness.evidence.documents.held import DONE, Event, bare_day
from readiness.evidence.documents.vocabulary import Vocabulary


class Part(StrEnum):
    """One thing that the document states, as findings call it."""

    RPO = "RPO"
    RTO = "RTO"
    LOCATION = "backup location"
    FREQUENCY = "backup frequency"
    TEST = "last restore test"
    OWNER = "owner"
    STEPS = "steps"


_LABELS = {
    Part.RPO: r"((target|required|our) )?(rpo|recovery point objective)( rpo)?( target)?"
    r"|(max(imum)? )?data loss( window)?",
    Part.RTO: r"((target|required|our) )?(rto|recovery time objective)( rto)?( target)?|(max(imum)? )?recovery time",
    Part.LOCATION: r"(backup|storage|off ?site|snapshot)s?( storage)? (location|bucket|target|store|copy)s?"
    r"|locations?( of (the )?backups?)?|where( the)? backups?( \w+){0,2}|stored( in| at)?|backup storage|off ?site",
    Part.FREQUENCY: r"(backup|snapshot|dump)s? (frequency|schedule|interval|cadence)|frequency|schedule|interval"
    r"|how often|backups? (run|taken|made)",
    Part.TEST: r"((last|latest|most recent) )?(successful )?(full )?((backup|dr|disaster recovery|recovery) )?"
    r"(restore|restoration|recovery|backup|dr|failover|disaster recovery)"
    r"( (tests?|tested|drills?|exercises?|rehearsals?))( (on|at|date))?"
    r"|(last|latest) (restored?|tested|drill|test|exercise)( (on|at|date))?",
    Part.OWNER: r"((dr|plan|document|recovery|decision|service) )?owner(s|ship)?|responsible( \w+)?|decided by"
    r"|decision (owner|maker)|incident commander|accountable|contacts?|who decides",
    Part.STEPS: r"steps|procedure|recovery (steps|procedure)|restore (steps|procedure)|how to (restore|recover)",
}
_HEADINGS = {
    Part.RPO: r"\brpo\b|\brecovery point\b",
    Part.RTO: r"\brto\b|\brecovery time\b",
    Part.LOCATION: r"\bbackup (location|storage|bucket)|\bwhere\b.*\bbackups?\b|\boff ?site\b|^(the )?backups?$",
    Part.FREQUENCY: r"\bbackup (schedule|frequency|interval)|\bhow often\b|^(the )?backups?$",
    Part.TEST: r"^(?!.*\b(next|planned|upcoming|future|how to)\b).*\b(restore|recovery|backup|dr|failover) "
    r"(tests?|drills?|exercises?|rehearsals?)\b|^(?!.*\b(next|planned)\b).*\b(last|latest) (restore|test|drill)\b",
    Part.OWNER: r"\bowner(s|ship)?\b|\bresponsib\w+|\bwho decides\b|\bcontacts?\b|\bincident commander\b",
    Part.STEPS: r"\b(steps|procedure|how to (restore|recover)|restoring|failover procedure|recovery plan)\b",
}
EXPECTED = {
    Part.RPO: "a duration with its unit, as in `RPO: 15 minutes`",
    Part.RTO: "a duration with its unit, as in `RTO: 1 hour`",
    Part.LOCATION: "where backups are stored, as in `s3://acme-backups, another region`",
    Part.FREQUENCY: "how often backups are made, as in `every 15 minutes`",
    Part.TEST: "the ISO date of the last restore that went well, how it went, and how long it took",
    Part.OWNER: "who decides, by name or role",
    Part.STEPS: "at least two steps in order, or a command in a code block",
}
PARTS = Vocabulary(_HEADINGS, _LABELS)
"""Where such a document speaks of each part."""
RESTORED = Event(
    is_label=lambda label: Part.TEST in PARTS.named(label),
    done=re.compile(
        rf"{DONE.pattern}|\b(?:restored|recovered)\b|\b(?:last|latest|most recent)(?: \w+){{0,3}}? restore\b"
    ),
    bare=bare_day("rollback|restore|recovery|rehearsal|drill|test|game ?day"),
)
"""A restore that was tried."""
