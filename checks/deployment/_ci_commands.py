"""Commands of scripts: which ones test, which ones deploy, and whose failures are thrown away."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from readiness.evidence.pipeline import Step

# How far a pattern looks is bounded everywhere: a script may be as long as its author likes.
_RUNNERS = (
    r"pytest|py\.test|tox|nox|unittest|gotestsum|ginkgo|rspec|phpunit|pest|ctest|bats|behave|robot|jest|vitest|mocha"
    r"|ava|karma start|playwright test|cypress run|newman run|k6 run|locust|go test|cargo (?:nextest|test)|dotnet test"
    r"|mix test|swift test|flutter test|dart test|deno test|bun (?:run )?test|bazel(?:isk)? test"
    r"|sbt (?:\S{1,80} ){0,8}test|(?:npm|yarn|pnpm) (?:-\S{1,40} ){0,4}(?:run |run-script )?(?:t\b|test\S*|e2e\S*)"
    r"|(?:npm|yarn|pnpm) run \S{0,40}:test\S*"
    r"|(?:make|just|task|rake|invoke|inv|composer|hatch run|poe|nx|turbo|turbo run) (?:-\S{1,40} ){0,4}"
    r"\S{0,60}(?:test|spec|check)\S*"
    r"|mvnw?\b.{0,300} (?:test|verify|install|package|deploy)|gradlew?\b.{0,300}[ :](?:test|check|build)"
)
_TESTS = re.compile(rf"(?:^|[\s/])(?:{_RUNNERS})(?=$|[\s:;)])", re.I)
_NO_TEST = re.compile(
    r"-DskipTests|-Dmaven\.test\.skip|--collect-only|--passWithNoTests|--if-present|--no-run\b|--list-tests|--dry-run"
    r"|\s-x\s+test\b|--exclude-task\s+test|--version\b|--help\b"
    r"|^(?:\S+ )?(?:pip3?|uv|poetry|conda|brew|gem|apt|apt-get|apk|npm|yarn|pnpm|bun|python3? -m pip)\b.*"
    r"\s(?:install|add|i|update)\s",
    re.I,
)
_PREPARES = re.compile(
    r"(?:\S+ )?(?:pip3?|uv|poetry|pdm|conda|brew|gem|bundle|apt|apt-get|apk|npm|yarn|pnpm|bun|go mod|python3? -m pip)\b"
    r".{0,300}?\s(?:install|add|i|ci|sync|update|download)(?=\s|$)",
    re.I,
)
_TALK = re.compile(
    r"(?:echo|printf|cat|grep|ls|cd|mkdir|export|test|\[|\[\[|:|true|exit|sleep|set|pwd|env|date|which)\b|\["
)
_DEPLOYS = re.compile(
    r"(?:^|[\s/])(?:kubectl (?:\S{1,120} ){0,6}?(?:apply|set image|rollout|replace|patch|scale)"
    r"|helm (?:\S{1,120} ){0,6}?(?:upgrade|install)|helmfile (?:\S{1,120} ){0,6}?(?:apply|sync)"
    r"|(?:terraform|tofu|terragrunt) (?:\S{1,120} ){0,3}?apply|pulumi up|ansible-playbook"
    r"|aws (?:ecs update-service|lambda update-function-code|cloudformation deploy|deploy create-deployment)"
    r"|gcloud (?:\S{1,80} ){0,4}?deploy|az (?:webapp|functionapp|containerapp) (?:\S{1,80} ){0,4}?(?:deploy|update|up)"
    r"|(?:serverless|sls|cdk|eb|sam|wrangler|firebase|netlify|cap \S{1,40}|dokku|copilot|fly|flyctl) deploy"
    r"|docker stack deploy|argocd app (?:sync|set)|skaffold (?:run|deploy)|werf converge|nomad (?:job )?run|kapp deploy"
    r"|vercel (?:\S{1,80} ){0,4}?--prod|git push \S{0,80}(?:heroku|dokku)"
    r"|(?:make|just|task|rake|inv|npm run|yarn|yarn run|pnpm run) \S{0,60}deploy\S*"
    r"|\S{0,80}deploy\S{0,80}\.(?:sh|py|rb))(?=$|\s)",
    re.I,
)
_DEPLOY_ACTIONS = re.compile(r"deploy|helm-upgrade|kubectl|argocd", re.I)
_GATE = re.compile(r"(?:^|[\s/])(?:python3? -m )?readiness (?:check|verify)\b")
_KEPT = re.compile(r"\b(?:exit|return)\s+(?:[1-9]|\"?\$)|\bfalse\b")
_TURNED = re.compile(r"^(?:if|elif|while|until|!)\s")
_BEHIND = re.compile(r"(?<![&>|])&\s*$")
_ENDS_WELL = re.compile(r";\s*(?:true|:|exit 0)\s*$")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_NEVER = 10**9
_STRICT_SHELL = re.compile(r"\s-\w*e\w*(?=\s|$)")
_LENIENT = re.compile(r"^\s*set\s+(?:\+e|\+o\s+errexit)\b")
_PIPEFAIL = re.compile(r"^\s*set\s+(?:-\w*\s+)*-?\w*o\s+pipefail\b|^\s*set\s+-\w+\s+-o\s+pipefail\b")
_PIPE = re.compile(r"(?<!\|)\|(?![|&])")
_PARTS = re.compile(r"&&|\|\||[;|]|\b(?:then|do|else)\b")
_BEFORE = re.compile(
    r"^(?:!|time|sudo|exec|command|nice|xvfb-run|[({]|[A-Za-z_]\w*=(?:\"[^\"]*\"|'[^']*'|\S*))\s+"
)


class Command(NamedTuple):
    """One line of a script, continued lines joined; `number` counts the lines of the script from 0."""

    text: str
    number: int


def commands(step: Step) -> Iterator[Command]:
    """The lines of a script without comments."""
    held, start = "", 0
    for number, line in enumerate(step.run.splitlines()):
        start = number if not held else start
        if line.rstrip().endswith("\\"):
            held += line.rstrip()[:-1] + " "
            continue
        text = re.sub(r"(?:^|\s)#.*$", "", held + line).strip()
        held = ""
        if text:
            yield Command(text, start)
    if held.strip():
        yield Command(held.strip(), start)


def tests(text: str, own: Sequence[str]) -> bool:
    """Whether a line runs tests; `own` are further commands by their first words."""
    return any(_is_test(part, own) for part in _parts(text))


def _is_test(part: str, own: Sequence[str]) -> bool:
    if any(part == one or part.startswith(f"{one} ") for one in own):
        return True
    return bool(_TESTS.search(part)) and not _NO_TEST.search(part) and not _TALK.match(part)


def _parts(text: str) -> Iterator[str]:
    for part in _PARTS.split(text):
        part = part.strip()
        while found := _BEFORE.match(part):
            part = part[found.end() :]
        yield part


def deploys(step: Step) -> bool:
    """Whether a step brings something to where it runs."""
    if step.uses:
        return bool(_DEPLOY_ACTIONS.search(step.uses.partition("@")[0]))
    found = (part for one in commands(step) for part in _parts(one.text))
    return any(_DEPLOYS.search(part) and "--dry-run" not in part and not _TALK.match(part) for part in found)


def gates(text: str) -> bool:
    """Whether a line asks readiness for its verdict."""
    return any(_GATE.search(part) and not _TALK.match(part) for part in _parts(text))


def does_something(step: Step) -> bool:
    """Whether a script does more than talk, install, and ask for versions, lists and verdicts."""
    parts = (part for one in commands(step) for part in _parts(one.text))
    idle = (_TALK.match, _PREPARES.match, _NO_TEST.search, _GATE.search)
    return any(part and not any(is_idle(part) for is_idle in idle) for part in parts)


@dataclass(frozen=True)
class Script:
    """The script of a step. `has_pipefail` says that its shell is started with that option."""

    step: Step
    has_pipefail: bool

    @cached_property
    def lines(self) -> list[Command]:
        """The lines without comments."""
        return list(commands(self.step))

    @cached_property
    def lenient_from(self) -> int:
        """The first line, by its number, after which failures are passed over; beyond the end for none."""
        return next((one.number for one in self.lines if _LENIENT.match(one.text)), _NEVER)

    @cached_property
    def guarded_from(self) -> int:
        """The first line after which a pipe fails as soon as one of its parts does."""
        if self.has_pipefail or "pipefail" in self.step.shell:
            return -1
        return next((one.number for one in self.lines if _PIPEFAIL.match(one.text)), _NEVER)

    def swallows(self, command: Command, own: Sequence[str]) -> bool:
        """Whether the failure of a line, which tests or asks the gate, is thrown away.

        By `|| true` and the like, a condition, a negation, `set +e`, the background, a pipe whose end decides, a
        shell that goes on, and in the middle of a script by `&&`, whose left side `set -e` passes over.
        """
        text, rest = command.text, _behind(command.text, own)
        is_last = not self.lines or self.lines[-1].number <= command.number
        if self.lenient_from < command.number or _TURNED.match(text) or _BEHIND.search(text):
            return True
        if "||" in rest and not _KEPT.search(rest.partition("||")[2]):
            return True
        if not is_last and ("&&" in rest.partition("||")[0] or _goes_on(self.step.shell)):
            return True
        if _ENDS_WELL.search(text):
            return True
        is_piped = _PIPE.search(_QUOTED.sub("", rest)) is not None
        return is_piped and self.guarded_from >= command.number


def _behind(text: str, own: Sequence[str]) -> str:
    """What follows the first part of a line that tests or asks the gate; the whole line where there is none."""
    at = 0
    for cut in [*_PARTS.finditer(text), None]:
        part = text[at : cut.start() if cut else len(text)]
        if tests(part, own) or gates(part):
            return text[at + len(part) :]
        at = cut.end() if cut else at
    return text


def _goes_on(shell: str) -> bool:
    """Whether a shell goes on after a line that failed: bash does not, as GitHub starts it by its name alone."""
    name = shell.strip()
    return bool(name) and name not in ("bash", "sh") and not _STRICT_SHELL.search(name)
