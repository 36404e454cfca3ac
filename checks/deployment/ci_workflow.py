"""The check deployment/ci-workflow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from readiness.check import Check, Finding, Outcome, Params
from readiness.evidence.model import Reason
from readiness.evidence.pipeline import Pipeline

from ._ci_order import untested
from ._ci_roles import Roles, unknown_names
from ._ci_supply import Pin, broad_permissions, loose_actions
from ._ci_tests import lenient
from ._ci_untrusted import untrusted

Name = Annotated[str, StringConstraints(min_length=1, pattern=r"\S")]
Names = Annotated[tuple[Name, ...], Field(strict=False)]


class CiWorkflowParams(Params):
    """Which jobs are which, and what is asked of them."""

    test_jobs: Names = ()
    """The jobs that test, by their keys in the file; without it they are told by their commands, or their names."""
    deploy_jobs: Names = ()
    """The jobs that deploy; without it they are told by `environment`, their names, or their commands."""
    test_commands: Names = ()
    """Commands of your own that run tests, by their first words, such as `./ci/verify`; known ones count too."""
    actions: Pin = "sha"
    """How actions, called workflows and includes are pinned: by a full commit SHA, by a version as well, or not."""
    trusted: Names = ()
    """Owners whose actions may be pinned by a version, such as `actions`, or `acme/deploy`."""
    permissions: Literal["required", "ignored"] = "required"
    """Whether each workflow of GitHub must say what its token may do."""


class CiWorkflow(Check[CiWorkflowParams]):
    """What deploys waits for tests that can fail, and runs nothing that strangers can change.

    ## Why it matters

    A pipeline is the way by which every change gets into production. Tests that may fail, or that the deployment
    does not wait for, stop nothing. An action at a tag or a branch is whatever its owner, or whoever took his
    account, puts there tomorrow, and it runs with the secrets of the repository. A title of a pull request that is
    pasted into a script is a command line for everybody.

    Asked for: a job that tests; every job that deploys needs it (in GitLab an earlier stage counts, unless rules
    take the tests out); no `continue-on-error`, `allow_failure`, `|| true`, `set +e` or unguarded pipe on tests or on
    `readiness check` and `readiness verify`; no `always()` on what deploys; pinned actions and includes; and for
    GitHub `permissions` that name the least, no checkout of a pull request under `pull_request_target` and its like,
    no text of `github.event` in scripts. What is in files that were not read is unproven.

    ## How to fix it

    Let the deployment need the tests, and let them fail:

        permissions: {contents: read}
        jobs:
          test:
            steps: [{uses: actions/checkout@<full SHA>}, {run: pytest}]
          deploy:
            needs: [test]

    Name all workflow files in one evidence: `path: ".github/workflows/*.yml"`. For GitLab judge the compiled file
    (`glab ci config compile`), which has everything that is included.

    ## References

    - GitHub, Security hardening for GitHub Actions:
      https://docs.github.com/en/actions/security-for-github-actions/security-guides/security-hardening-for-github-actions
    - GitLab, CI/CD YAML syntax reference: https://docs.gitlab.com/ci/yaml/
    - OWASP, Top 10 CI/CD Security Risks: https://owasp.org/www-project-top-10-ci-cd-security-risks/
    """

    def judge(self, pipeline: Pipeline) -> Iterator[Finding]:
        """All files together."""
        params = self.params
        roles = Roles(pipeline, params.test_jobs, params.deploy_jobs, params.test_commands)
        for name in unknown_names(roles, (*params.test_jobs, *params.deploy_jobs)):
            yield _unknown_job(name)
        good = []
        for name, found in self._asked(pipeline, roles).items():
            told = list(found)
            yield from told
            if name and all(finding.note for finding in told):
                good.append(name)
        if good:
            count = sum(len(one.jobs) for one in pipeline.workflows)
            message = f"of {count} {'job' if count == 1 else 'jobs'}: {', '.join(good)}"
            yield Finding(outcome=Outcome.PASS, message=message, count=len(good))

    def _asked(self, pipeline: Pipeline, roles: Roles) -> Mapping[str, Iterator[Finding]]:
        order = (
            "tests before every deployment"
            if roles.deploying
            else "tests, and no job that is known to deploy"
        )
        # What there is none of is not called good.
        asked = {order: untested(roles), "tests that can fail" if roles.testing else "": lenient(roles)}
        if self.params.actions != "any":
            asked["pinned actions"] = loose_actions(pipeline, self.params.actions, self.params.trusted)
        if any(one.form == "github" for one in pipeline.workflows):
            asked["nothing that strangers write in scripts"] = untrusted(pipeline)
            if self.params.permissions == "required":
                asked["least permissions"] = broad_permissions(pipeline)
        return asked


def _unknown_job(name: str) -> Finding:
    return Finding(
        outcome=Outcome.UNPROVEN,
        reason=Reason.MISSING,
        message=f"there is no job {name}, which the policy names",
        next="correct `test-jobs` or `deploy-jobs` in the policy, or name the file that has it",
    )
