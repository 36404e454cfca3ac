"""infrastructure/cron-jobs."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.check import Outcome
from readiness.evidence.model import Reason
from readiness.judge import Judgement
from readiness.testing import judge_check
from tests.checks.infrastructure.manifest_sets import Object, bad, set_of, workload
from tests.checks.infrastructure.single_objects import cron_job


def judged(one: Object, **params: Any) -> Judgement:
    with_dashes = {key.replace("_", "-"): value for key, value in params.items()}
    return judge_check("infrastructure/cron-jobs", with_dashes, manifests=set_of(one))


def flaws(one: Object, **params: Any) -> list[str]:
    return [finding.message.partition(" ")[2] for finding in bad(judged(one, **params))]


def job(**spec: Any) -> Object:
    made = workload("Job", "once", containers=[{}], restartPolicy="Never")
    made["spec"].update(spec)
    return made


def test_a_sound_cron_job_passes() -> None:
    assert judged(cron_job()).summary == "1 job with times and limits that count"


def test_what_is_left_to_the_defaults_fails() -> None:
    one = cron_job(startingDeadlineSeconds=None, concurrencyPolicy=None)
    del one["spec"]["jobTemplate"]["spec"]["template"]["spec"]["restartPolicy"]
    assert flaws(one) == [
        "does not say how late a run may start",
        "has the concurrencyPolicy Allow",
        "has pods with a restartPolicy that jobs may not have",
    ]
    assert flaws(one, deadline="optional", overlap=["Allow"]) == [
        "has pods with a restartPolicy that jobs may not have"
    ]


def test_a_deadline_below_that_of_the_policy_fails_with_its_measure() -> None:
    (finding,) = bad(judged(cron_job(startingDeadlineSeconds=9)))
    assert finding.message == "CronJob/prod/tidy lets no run start later than 9 s"
    assert finding.measure is not None
    assert (finding.measure.value, finding.measure.limit) == (9, 10)
    assert flaws(cron_job(), min_deadline="1h") == ["lets no run start later than 600 s"]
    assert len(flaws(cron_job(startingDeadlineSeconds=0), deadline="optional")) == 1


@pytest.mark.parametrize("policy", ["forbid", "Never", ""])
def test_a_concurrency_policy_that_is_none_fails(policy: str) -> None:
    assert len(flaws(cron_job(concurrencyPolicy=policy))) == 1


def test_failed_jobs_must_leave_a_trace() -> None:
    assert flaws(cron_job(failedJobsHistoryLimit=0)) == ["keeps no trace of failed jobs"]
    assert flaws(cron_job(failedJobsHistoryLimit=1, successfulJobsHistoryLimit=0)) == []


GOOD = [
    "* * * * *",
    "0/1 * * * *",
    "*/5 0-6,22-23 * * mon-fri",
    "0 0 1 JAN sun",
    "0 0 29 2 *",
    "0 0 31 2 1",
    "? ? ? ? ?",
    "0 9-17/2 1-7 * 0",
    "@daily",
    "@every 1h30m",
]
BAD = {
    "": "has no schedule",
    "* * * *": "never runs: it has 4 fields instead of 5",
    "0 * * * * *": "never runs: it has 6 fields instead of 5",
    "60 * * * *": "never runs: '60' is no minute: 0 to 59",
    "0 24 * * *": "never runs: '24' is no hour: 0 to 23",
    "0 0 0 * *": "never runs: '0' is no day of the month: 1 to 31",
    "0 0 1 13 *": "never runs: '13' is no month: 1 to 12",
    "0 0 * * 7": "never runs: '7' is no day of the week: 0 to 6",
    "*/0 * * * *": "never runs: '*/0' is no minute: 0 to 59",
    "9-5 * * * *": "never runs: '9-5' is no minute: 0 to 59",
    "a * * * *": "never runs: 'a' is no minute",
    "1, * * * *": "never runs: '' is no minute",
    "0 0 31 2,4 *": "never runs: no month that it names has such a day",
    "@nightly": "never runs: '@nightly' is no descriptor",
    "TZ=Europe/Berlin 0 3 * * *": "never runs: the API server takes no time zone in it: write `timeZone`",
}


@pytest.mark.parametrize("schedule", GOOD)
def test_a_schedule_that_the_controller_reads_passes(schedule: str) -> None:
    assert flaws(cron_job(schedule=schedule)) == []


@pytest.mark.parametrize("schedule", BAD)
def test_a_schedule_that_never_runs_fails(schedule: str) -> None:
    assert flaws(cron_job(schedule=schedule)) == [BAD[schedule]]


@settings(max_examples=60, deadline=None)
@given(st.text("0123456789*/,-? ajnSUN@\u0664", max_size=20))
def test_any_text_as_a_schedule_is_judged(schedule: str) -> None:
    assert judged(cron_job(schedule=schedule)).outcome in (Outcome.PASS, Outcome.FAIL)


@pytest.mark.parametrize("zone", ["", "Local", "local"])
def test_a_time_zone_that_is_none_fails(zone: str) -> None:
    assert flaws(cron_job(timeZone=zone)) == ["has no time zone that counts"]
    assert flaws(cron_job(timeZone="Europe/Berlin")) == []


def test_a_limit_of_the_run_time_may_be_required() -> None:
    assert flaws(cron_job(), runtime_limit="required") == ["may run for ever"]
    assert flaws(cron_job({"activeDeadlineSeconds": 60}), runtime_limit="required") == []
    assert flaws(cron_job({"activeDeadlineSeconds": 0})) == ["has no time to run"]


def test_a_job_of_its_own_is_removed_when_it_has_ended() -> None:
    assert flaws(job()) == ["stays when it has ended"]
    assert flaws(job(ttlSecondsAfterFinished=0)) == []
    assert flaws(job(), ttl="optional") == []
    hook = job()
    hook["metadata"]["annotations"] = {"helm.sh/hook-delete-policy": "hook-succeeded"}
    assert flaws(hook) == []


def test_a_suspended_cron_job_is_noted() -> None:
    found = judged(cron_job(suspend=True))
    assert [finding.message for finding in found.findings if finding.note] == [
        "CronJob/prod/tidy is suspended: it never starts"
    ]
    assert found.outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("spec", "path"),
    [
        ({"startingDeadlineSeconds": "600"}, "spec.startingDeadlineSeconds"),
        ({"schedule": 5}, "spec.schedule"),
        ({"suspend": "no"}, "spec.suspend"),
    ],
)
def test_a_malformed_field_fails_and_names_the_path(spec: Any, path: str) -> None:
    found = judged(cron_job(**spec))
    assert (found.outcome, f": {path}: Expected" in found.summary) == (Outcome.FAIL, True), found.summary


@pytest.mark.parametrize(
    "zone", ["Etc/UTC", "UTC", "America/Argentina/Buenos_Aires", "Asia/Kolkata", "Etc/GMT-2"]
)
def test_zones_of_the_time_zone_database_are_known(zone: str) -> None:
    assert flaws(cron_job(timeZone=zone)) == []


@pytest.mark.parametrize("zone", ["Europe/Wien", "europe/vienna", "CEST", "Europe/", "GMT+2", "Vienna"])
def test_a_time_zone_that_nobody_knows_is_not_shown(zone: str) -> None:
    (finding,) = bad(judged(cron_job(timeZone=zone)))
    assert (finding.outcome, finding.reason) == (Outcome.UNPROVEN, Reason.INSUFFICIENT)
    assert f"names the time zone {zone}, which is not among those of IANA" in finding.message
