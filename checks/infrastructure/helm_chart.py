"""The check infrastructure/helm-chart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from readiness.check import Check, Finding, Outcome, Params, Release
from readiness.evidence.manifests import Manifests
from readiness.evidence.manifests.chart import Chart, Level
from readiness.evidence.model import Reason

from ._chart import at, lint_flaws, lock_flaws, metadata_flaws, version_flaws
from ._containers import nothing_of, place

_MADE_BY_HELM = "helm.sh/chart"


class HelmChartParams(Params):
    """What is compared with the release, and how strict `helm lint` is."""

    app_version: Literal["equal", "ignored"] = "equal"
    """Whether `appVersion` must be the version of the release."""
    chart_version: Literal["equal", "ignored"] = "ignored"
    """Whether the chart's own `version` must be it too; many charts are numbered apart from what they install."""
    lint: Level = "warning"
    """The level from which on a message of `helm lint` fails: `error`, `warning` (as with `--strict`) or `info`."""
    lock: Literal["required", "ignored"] = "required"
    """Whether dependencies that are fetched must be locked. Those in the same repository need no lock."""


class HelmChart(Check[HelmChartParams]):
    """The Helm chart renders, lints, and is of this release.

    ## Why it matters

    A chart that installs the last version while the pipeline speaks of the next one is found out in production:
    templates use `appVersion` as the tag of the image unless a value says otherwise. A dependency without a lock is
    another one next week. What `helm lint` says is what the API server, or the next version of Helm, will say.

    The chart is the one that the gate rendered: `path` of the evidence names its folder, or its archive. What does
    not render is no evidence at all. `Chart.yaml` must have `apiVersion: v2`, a name, a version of SemVer, and no
    `deprecated: true`. `Chart.lock` must be in step with it, by the digest that Helm itself compares, and with what
    lies in `charts/`.

    A set that was not rendered from a chart has nothing to be asked. One that was rendered elsewhere, which the label
    `helm.sh/chart` tells, is unproven: the chart was not seen.

    ## How to fix it

    Let the pipeline write the version where it builds the image:

        helm package chart --app-version "$VERSION"

    Run `helm dependency update` after a change of the dependencies, and commit `Chart.lock`. Run
    `helm lint --strict chart --values values-prod.yaml` and mend what it says.

    ## References

    - Helm, Charts: https://helm.sh/docs/topics/charts/
    - Helm, Best Practices: https://helm.sh/docs/chart_best_practices/
    - Helm, helm lint: https://helm.sh/docs/helm/helm_lint/
    """

    def judge(self, manifests: Manifests, release: Release) -> Iterator[Finding]:
        """The chart part by part."""
        chart = manifests.chart
        if chart is None:
            yield _without_chart(manifests)
            return
        found = list(self._flaws(chart, release))
        yield from found
        if all(one.note for one in found):
            lock = "is locked, " if chart.lock else ""
            count = len(manifests.resources)
            objects = "1 object" if count == 1 else f"{count} objects"
            what = f"{chart.name} {chart.version} renders to {objects}, {lock}and lints"
            yield Finding(
                outcome=Outcome.PASS, message=f"{chart.file}: {what}", location=at(chart, "version"), count=1
            )

    def _flaws(self, chart: Chart, release: Release) -> Iterator[Finding]:
        yield from metadata_flaws(chart)
        if self.params.app_version == "equal":
            yield from version_flaws(chart, "appVersion", chart.app_version, release.version)
        if self.params.chart_version == "equal":
            yield from version_flaws(chart, "version", chart.version, release.version)
        if self.params.lock == "required":
            yield from lock_flaws(chart)
        yield from lint_flaws(chart, self.params.lint)


def _without_chart(manifests: Manifests) -> Finding:
    made = next((one for one in manifests.resources if one.labels.get(_MADE_BY_HELM)), None)
    if made is None:
        return nothing_of(manifests, "chart that the gate rendered")
    return Finding(
        outcome=Outcome.UNPROVEN,
        reason=Reason.MISSING,
        message=f"{made.identity} was rendered from the chart {made.labels[_MADE_BY_HELM]}, which was not seen",
        location=place(made, "metadata", "labels", _MADE_BY_HELM),
        next="let `path` of the evidence name the chart: it is rendered while the gate runs",
    )
