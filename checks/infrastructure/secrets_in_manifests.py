"""The check infrastructure/secrets-in-manifests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Literal

from readiness.check import Check, Finding, Params
from readiness.evidence.manifests import Container, Manifests, Resource, Workload
from readiness.evidence.manifests.secrets import is_secret
from readiness.evidence.manifests.shapes import Path, View, view
from readiness.evidence.manifests.variables import told

from ._containers import nothing_of, unseen
from ._open_secrets import open_values
from ._secret_names import may_be_secret, promises_secret
from ._secret_texts import secrets_in_file, secrets_in_words
from ._secret_values import may_hold_secret, secret_in
from ._subjects import Subject, container, each, failed, findings_of, noted, whole

_NEXT = "take it from a Secret that is made elsewhere (secretKeyRef), and change what was shown"
_IN_THE_OPEN = "written out; it is not repeated here"
# Fields of custom resources that hold a secret by their name; in most others such a name is that of a reference.
_FIELDS = frozenset(
    {"password", "passwd", "passphrase", "clientSecret", "secretAccessKey", "privateKey", "apiKey"}
)


class SecretsInManifestsParams(Params):
    """What is taken for a secret."""

    open_secrets: Literal["refused", "allowed"] = "refused"
    """Whether the set may hold Secrets with values that are not encrypted.

    Allow them where the set is rendered in the pipeline from a store of secrets, and never kept.
    """


class _ConfigMap(View, frozen=True):
    data: Mapping[str, str | None] = {}


class SecretsInManifests(Check[SecretsInManifestsParams]):
    """No manifest holds a password, a token or a private key.

    ## Why it matters

    Manifests are read by everybody who builds, reviews or renders them, and kept in every clone for ever. A variable
    of the environment is shown by `kubectl describe`; a ConfigMap has no access rules of its own; the base64 of a
    Secret is no encryption.

    Looked at: variables, commands and arguments of every container; the keys, values and lines of ConfigMaps;
    Secrets, unless SOPS encrypted their values (SealedSecret and ExternalSecret hold none); and every text of every
    object for the forms of private keys, cloud keys, tokens, and passwords in URLs. Values that are filled in later
    (`$(NAME)`, `${NAME}`, `<path:...>`, `vault:...`) are none. A value that is found is not shown anywhere.

    By names and forms only: a secret that is called `greeting` and looks like a word is not found.

    ## How to fix it

    Keep the value in a store, let the cluster fetch it, and refer to it:

        env:
          - name: DB_PASSWORD
            valueFrom:
              secretKeyRef: {name: checkout-db, key: password}

    with an ExternalSecret, a SealedSecret, or a Secret that SOPS encrypted. What was once in a manifest is known:
    change it as well. A name that is no secret after all is waived by `object:`.

    ## References

    - Kubernetes, Good practices for Kubernetes Secrets:
      https://kubernetes.io/docs/concepts/security/secrets-good-practices/
    - External Secrets Operator, https://external-secrets.io/; SOPS, https://getsops.io/
    - OWASP, Secrets Management Cheat Sheet
    """

    def judge(self, manifests: Manifests) -> Iterator[Finding]:
        """Each object apart, and each container of it."""
        if not manifests.resources:
            yield nothing_of(manifests, "object")
            return
        workloads = {id(one.resource): one for one in manifests.index.workloads}
        rule = partial(self._flaws, workloads)
        yield from unseen(manifests)
        yield from each(manifests.resources, whole, rule, "object", "without a secret in the open")

    def _flaws(
        self, workloads: Mapping[int, Workload], resource: Resource, subject: Subject
    ) -> Iterator[Finding]:
        workload = workloads.get(id(resource))
        for one in workload.containers + workload.others if workload else ():
            if workload and one.role != "volume":
                pair = workload, one
                yield from findings_of(pair, container(pair), lambda pair, it: _in_container(pair[1], it))
        if is_secret(resource):
            yield from self._in_secret(resource, subject)
        elif resource.kind == "ConfigMap" and not resource.group:
            yield from _in_config(resource, subject)
        yield from _by_form(workload, resource, subject)

    def _in_secret(self, resource: Resource, subject: Subject) -> Iterator[Finding]:
        found = list(open_values(resource, subject))
        if found and self.params.open_secrets == "allowed":
            yield noted(subject, (), "holds values that anybody can read, which the policy allows")
        else:
            yield from found


def _in_container(one: Container, subject: Subject) -> Iterator[Finding]:
    said = told(one)
    for index, variable in enumerate(said.env):
        value = variable.value or ""
        if not secret_in(value) and promises_secret(variable.name) and may_be_secret(variable.name, value):
            yield _written(subject, ("env", index, "value"), f"has a value for {variable.name}")
    for key, words in (("command", said.command), ("args", said.args)):
        for index, name in secrets_in_words(words):
            if not secret_in(words[index]):
                yield _written(subject, (key, index), f"has a value for {name} in its {key}")


def _in_config(resource: Resource, subject: Subject) -> Iterator[Finding]:
    if resource.body.get("data") is None:
        return
    for key, text in view({"data": resource.body["data"]}, _ConfigMap, ()).data.items():
        value = text or ""
        if secret_in(value):
            continue
        if promises_secret(key) and "\n" not in value.strip() and may_be_secret(key, value):
            yield _written(subject, ("data", key), f"has a value for {key}")
        for line, name in secrets_in_file(key, value):
            yield _written(subject, ("data", key), f"has a value for {name} in line {line} of {key}")


def _by_form(workload: Workload | None, resource: Resource, subject: Subject) -> Iterator[Finding]:
    """What is a secret by its form in any text, and what the fields of custom resources hold."""
    body = resource.body
    if is_secret(resource):
        body = {key: value for key, value in body.items() if key not in ("data", "stringData")}
    fields = _FIELDS if workload is None and _is_custom(resource) else frozenset()
    # Most objects hold none: one look at all of their texts is faster than many at each.
    if not fields and not (may_hold_secret(body) and secret_in("\n".join(_texts(body)))):
        return
    for path, text in _placed(body):
        if what := secret_in(text):
            yield _written(_nearest(workload, subject, path), path, f"holds {what}")
        elif path[-1] in fields - _sealed(path[:-1]) and may_be_secret(str(path[-1]), text):
            yield _written(subject, path, f"has a value for {path[-1]}")


def _is_custom(resource: Resource) -> bool:
    return "." in resource.group and not resource.group.endswith(".k8s.io")


def _texts(body: Mapping[str, Any]) -> Iterator[str]:
    """Every text of an object, in no order."""
    waiting: list[Any] = [body]
    while waiting:
        node = waiting.pop()
        for value in node.values() if type(node) is dict else node:
            kind = type(value)
            if kind is str:
                yield value
            elif kind is dict or kind is list:
                waiting.append(value)


def _placed(body: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """The same with their places, in the order of the object."""
    waiting: list[tuple[Path, Any]] = [((), body)]
    while waiting:
        path, node = waiting.pop()
        if isinstance(node, str):
            yield path, node
        elif isinstance(node, Mapping | list):
            children = node.items() if isinstance(node, Mapping) else enumerate(node)
            waiting += [((*path, step), value) for step, value in reversed([*children])]


def _sealed(path: Path) -> frozenset[str]:
    """The fields of a SealedSecret have any names, and hold what only its controller can read."""
    return _FIELDS if path[-1:] == ("encryptedData",) else frozenset()


def _nearest(workload: Workload | None, subject: Subject, path: Path) -> Subject:
    """The container that a place is in; its path is that of the object, as the place is."""
    for one in workload.images if workload else ():
        if workload and path[: len(one.path)] == one.path:
            return subject._replace(name=workload.name_of(one))
    return subject


def _written(subject: Subject, path: Path, what: str) -> Finding:
    return failed(subject, path, what, _NEXT, observed=_IN_THE_OPEN, expected="a reference")
