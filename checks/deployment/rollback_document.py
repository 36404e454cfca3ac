"""The way back, written down."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import Field

from readiness.check import Check, Finding, Params, Release, Stricter
from readiness.evidence.document import Document
from readiness.evidence.documents.commands import commands_of
from readiness.evidence.manifests import Manifests
from readiness.evidence.repository import Repository
from readiness.units import Duration

from ._document_examination import Examination, Limits
from ._document_manifests import judged_names
from ._document_repository import judged_migrations, judged_owner


class RollbackDocumentParams(Params):
    """How fast the way back must be, and how lately it was walked."""

    max_time: Annotated[Duration, Stricter.LOWER] = timedelta(minutes=15)
    """The longest time that rolling back may take; of several durations in the document the longest counts."""
    max_rehearsal_age: Annotated[Duration, Stricter.LOWER] = timedelta(days=90)
    """How long ago the last rehearsal may be, counted from the start of its day."""
    min_words: Annotated[int, Field(ge=1), Stricter.HIGHER] = 40
    """The least number of words in paragraphs and lists; headings, tables and code do not count."""
    commands: Annotated[
        tuple[Annotated[str, Field(min_length=1, pattern=r"\S")], ...], Field(strict=False)
    ] = ()
    """Commands of your own that roll back, by their first words, such as `shopctl rollback`; known ones count too."""
    sections: Annotated[
        tuple[Annotated[str, Field(min_length=1, pattern=r"\w")], ...], Field(strict=False)
    ] = ()
    """Further headings that must be there with something below them, such as `Communication`."""
    names: Literal["in-manifests", "not-asked"] = "in-manifests"
    """Whether the names in its commands must be in the `manifests`, where those are given."""
    migrations: Literal["told", "not-asked"] = "told"
    """Whether it must tell of the migrations that destroy something, where a `repository` is given."""
    owner_in_code_owners: Literal["required", "not-asked"] = "required"
    """Whether who decides must be in CODEOWNERS, where a `repository` is given."""


class RollbackDocument(Check[RollbackDocumentParams]):
    """The way back is written down, complete, fast enough and lately rehearsed.

    The document is Markdown. It says, below headings, in lines such as `**Owner:** ...`, in table rows or in its
    front matter, and in any order: the triggers with numbers and units, who decides, the version to go back to, how
    to verify that it worked, what becomes of data and migrations, how long it takes, and the ISO date of the last
    rehearsal. At least one code block holds a command that rolls back (helm rollback, kubectl rollout undo,
    git revert, terraform apply, argocd app rollback, switching a flag off, kubectl set image with an older version,
    ...); a dry run is none, and neither is what a shell would not get to. Comments, struck out text and raw HTML are
    not read. Where a document speaks twice about one thing, both must hold, and the worse one counts. Prose is never
    graded, but a sentence that denies, wishes, plans or supposes shows nothing.

    With `manifests`, the deployments, namespaces and Helm releases in its commands must be among them, and no workload
    that it goes back to may have `revisionHistoryLimit: 0`. With a `repository`, every migration since the last
    release that destroys data or changes what the older version needs is told of, by its name or by what it destroys,
    and who decides is in CODEOWNERS.

    ## Why it matters

    A rollback is decided under pressure, by whoever is awake. What is not written down by then is improvised: the
    wrong revision, a migration that cannot go back, half an hour of asking who may decide. A document that was
    never rehearsed is a hope, and one full of placeholders is a template.

    ## How to fix it

    Open the line that the finding names and state the fact itself: a number with its unit and window
    (`error rate > 2 % for 5 min`), a name or role, a version, a command that can be pasted, a metric with the value
    to expect, a duration, an ISO date (`Last rehearsed: 2026-05-31`). For data write whether the migration can go
    back and how; if there is none, write `Not applicable:` and the reason. Remove every TODO and `<placeholder>`.
    Then walk the document on a staging system, measure the time, and write both down.

    ## References

    - Google, Site Reliability Engineering, chapters 8 (Release Engineering) and 27 (Reliable Product Launches):
      https://sre.google/sre-book/release-engineering/
    - Kubernetes, rolling back a deployment:
      https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-back-a-deployment
    - Helm, helm rollback: https://helm.sh/docs/helm/helm_rollback/
    """

    def judge(
        self,
        document: tuple[Document, ...],
        now: datetime,
        release: Release,
        manifests: Manifests | None = None,
        repository: Repository | None = None,
    ) -> Iterator[Finding]:
        """Each document apart."""
        params = self.params
        limits = Limits(
            params.max_time, params.max_rehearsal_age, params.min_words, params.commands, params.sections
        )
        for one in document:
            examination = Examination(one, limits, now, release)
            yield from examination.findings()
            yield from self._compared(one, examination, manifests, repository)

    def _compared(
        self,
        document: Document,
        examination: Examination,
        manifests: Manifests | None,
        repository: Repository | None,
    ) -> Iterator[Finding]:
        segments = examination.segments
        if manifests is not None and self.params.names == "in-manifests":
            commands = [one for part in segments if part.kind == "code" for one in commands_of(part)]
            yield from judged_names(commands, manifests, document.path)
        if repository is not None and self.params.migrations == "told":
            yield from judged_migrations(document, segments, repository)
        if repository is not None and self.params.owner_in_code_owners == "required":
            yield from judged_owner(document, segments, repository)
