"""Documents for people: runbooks, plans, approvals."""

from __future__ import annotations

from readiness.evidence.document import Document
from readiness.readers.files import FileKind


class DocumentKind(FileKind[Document]):
    """A document in a file; one that is tracked and unchanged is of the commit that is checked out."""

    facts = Document
    tracked = True
