"""The scorecard: the result model, the only input of every report."""

from readiness.scorecard.model import (
    SCHEMA,
    Blocker,
    CategoryScore,
    DecisionWord,
    EvidenceShown,
    ItemShown,
    OverrideShown,
    ParentShown,
    PluginShown,
    PolicyShown,
    ResultShown,
    Run,
    Scorecard,
    WaiverShown,
)

__all__ = [
    "SCHEMA",
    "Blocker",
    "CategoryScore",
    "DecisionWord",
    "EvidenceShown",
    "ItemShown",
    "OverrideShown",
    "ParentShown",
    "PluginShown",
    "PolicyShown",
    "ResultShown",
    "Run",
    "Scorecard",
    "WaiverShown",
]
