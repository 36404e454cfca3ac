"""infrastructure/secrets-in-manifests; what looks like a secret is put together here, and stands nowhere as it is."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.check import Outcome
from readiness.judge import Judgement
from readiness.testing import judge_check
from tests.checks.infrastructure.manifest_sets import Object, bad, set_of, workload

CHECK = "infrastructure/secrets-in-manifests"
HIDDEN = "hunter2-Zq9"
PEM = "-----BEGIN " + "PRIVATE KEY-----\nabc\n-----END " + "PRIVATE KEY-----\n"
FORMS = {
    "a private key": PEM,
    "an access key of AWS": "AKIA" + "Q" * 16,
    "a token of GitHub": "ghp_" + "a1" * 18,
    "a token of GitLab": "glpat-" + "a1" * 10,
    "a token of Slack": "xoxb-" + "1234567890",
    "a key of Google": "AIza" + "a" * 35,
    "a key of Stripe": "sk_live_" + "a" * 16,
    "a token of npm": "npm_" + "a" * 36,
    "a JSON web token": ".".join(["eyJ" + "a" * 12, "eyJ" + "b" * 12, "c" * 12]),
    "a password in a URL": "postgres://app:" + HIDDEN + "@db/shop",
    "a password in a connection string": "host=db user=app password=" + HIDDEN + " sslmode=require",
}


def judged(*objects: Object, **params: Any) -> Judgement:
    with_dashes = {key.replace("_", "-"): value for key, value in params.items()}
    return judge_check(CHECK, with_dashes, manifests=set_of(*objects))


def env(name: str, value: Any) -> Object:
    return workload(containers=[{"name": "web", "env": [{"name": name, "value": value}]}])


def config(**data: Any) -> Object:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings"}, "data": data}


def secret(data: Object | None = None, **more: Any) -> Object:
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "db"}, "data": data, **more}


def encoded(text: str) -> str:
    return b64encode(text.encode()).decode()


NAMES = [
    "DB_PASSWORD", "password", "PGPASSWORD", "my_password", "SECRET", "CLIENT_SECRET", "token", "GITHUB_TOKEN",
    "apiKey", "API-KEY", "AWS_SECRET_ACCESS_KEY", "AZURE_BATCH_KEY", "OCI_CLI_KEY_CONTENT", "sshKey", "db_pwd",
    "credentials", "JWT_SIGNING_KEY", "SMTP_PASS",
]  # fmt: skip
HARMLESS = [
    "GREETING", "db_username", "SECRET_NAME", "TOKEN_URL", "PASSWORD_FILE", "TOKEN_TTL_SECONDS", "TOKENIZER",
    "SORT_KEY", "COMPASS", "BYPASS", "AUTH_MODE", "keyboard", "PASSWORD_MIN_LENGTH",
]  # fmt: skip
REFERENCES = [
    "", " ", "$(DB_PASSWORD)", "${DB_PASSWORD}", "$DB_PASSWORD", "<path:kv/db#password>", "{{ .Values.password }}",
    "vault:secret/data/db#password", "ref+vault://kv/db", "/run/secrets/db", "true", "file:///etc/token",
    "ENC[AES256_GCM,data:abc,iv:x,tag:y,type:str]", "arn:aws:secretsmanager:eu-central-1:1:secret:x",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_value_behind_the_name_of_a_secret_fails_and_is_not_shown(name: str) -> None:
    found = judged(env(name, HIDDEN))
    (finding,) = bad(found)
    assert finding.message == f"Deployment/prod/shop:web has a value for {name}"
    assert finding.object == "Deployment/prod/shop:web"
    assert HIDDEN not in repr(found)
    found = judged(config(**{name: HIDDEN}))
    assert found.summary == f"ConfigMap/settings has a value for {name}"
    assert HIDDEN not in repr(found)


@pytest.mark.parametrize("name", HARMLESS)
def test_a_name_that_is_only_about_secrets_passes(name: str) -> None:
    assert (
        judged(env(name, HIDDEN), config(**{name: HIDDEN})).summary
        == "2 objects without a secret in the open"
    )


@pytest.mark.parametrize("value", REFERENCES)
def test_a_value_that_is_filled_in_later_passes(value: str) -> None:
    assert judged(env("PASSWORD", value), config(PASSWORD=value)).outcome is Outcome.PASS


def test_a_reference_to_a_secret_passes() -> None:
    source = {"name": "PASSWORD", "valueFrom": {"secretKeyRef": {"name": "db", "key": "password"}}}
    assert judged(workload(containers=[{"env": [source]}])).outcome is Outcome.PASS


def test_numbers_are_passwords_and_no_tokens() -> None:
    assert judged(env("PASSWORD", "123456")).outcome is Outcome.FAIL
    assert judged(env("MAX_TOKENS", "4096")).outcome is Outcome.PASS
    assert judged(env("API_TOKEN", "4" * 20)).outcome is Outcome.FAIL


@pytest.mark.parametrize("what", FORMS)
def test_a_secret_is_known_by_its_form_wherever_it_stands(what: str) -> None:
    value = FORMS[what]
    annotated = workload(containers=[{}])
    annotated["metadata"]["annotations"] = {"note": f"see {value}"}
    custom = {
        "apiVersion": "acme.example/v1",
        "kind": "Shop",
        "metadata": {"name": "x"},
        "spec": {"a": [value]},
    }
    for one, name in [
        (env("GREETING", value), "Deployment/prod/shop:web"),
        (workload(containers=[{"name": "web", "args": [f"--x={value}"]}]), "Deployment/prod/shop:web"),
        (annotated, "Deployment/prod/shop"),
        (config(**{"app.txt": f"first\nthen {value}"}), "ConfigMap/settings"),
        (custom, "Shop/x"),
    ]:
        found = judged(one)
        assert [finding.message for finding in bad(found)] == [f"{name} holds {what}"]
        assert value.splitlines()[-1] not in repr(found)


@pytest.mark.parametrize(
    "text",
    [
        "postgres://app:$(PASSWORD)@db/shop",
        "postgres://app:${PASSWORD}@db/shop",
        "postgres://app:<password>@db",
        "https://shop.example:8443/a@b",
        "oci://registry.example:5000/shop@sha256:abc",
        "-----BEGIN CERTIFICATE-----",
        "AKIA",
    ],
)
def test_what_only_looks_similar_passes(text: str) -> None:
    assert judged(env("GREETING", text), config(a=text)).outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("file", "text", "name", "line"),
    [
        ("app.properties", f"user=x\ndb.password = {HIDDEN}\n", "db.password", 2),
        ("app.yaml", f"db:\n  user: x\n  password: '{HIDDEN}'\n", "password", 3),
        ("app.json", f'{{\n  "apiKey": "{HIDDEN}"\n}}', "apiKey", 2),
        (".env", f"export TOKEN={HIDDEN}\n", "TOKEN", 1),
        ("list.yaml", f"- secret: {HIDDEN}\n", "secret", 1),
    ],
)
def test_a_line_of_a_file_in_a_config_map_fails(file: str, text: str, name: str, line: int) -> None:
    found = judged(config(**{file: text}))
    (finding,) = bad(found)
    assert finding.message == f"ConfigMap/settings has a value for {name} in line {line} of {file}"
    assert HIDDEN not in repr(found)


@pytest.mark.parametrize(
    "text",
    [
        "password: ${DB_PASSWORD}\n",
        "password:\nuser: x\n",
        "password: |\n  see above\n",
        "tokens: [a, b]\n",
        "secret: !vault abc\n",
        "passwordFile: /run/secrets/x\n",
        "# password: is not here\n",
        '"passwordPolicy": "strict"',
    ],
)
def test_a_line_that_holds_none_passes(text: str) -> None:
    assert judged(config(**{"app.yaml": text})).outcome is Outcome.PASS


def test_programs_are_looked_at_for_forms_only() -> None:
    assert judged(config(**{"run.sh": 'token="$(fetch)"\ntoken=read()\n'})).outcome is Outcome.PASS
    assert judged(config(**{"run.sh": PEM})).outcome is Outcome.FAIL


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (["--db-password=" + HIDDEN], "db-password"),
        (["--password", HIDDEN], "password"),
        (["sh", "-c", f"export TOKEN={HIDDEN}; run"], "TOKEN"),
        (["-Dapp.secret=" + HIDDEN], "Dapp.secret"),
    ],
)
def test_a_command_line_that_holds_one_fails(words: list[str], name: str) -> None:
    for key in ("command", "args"):
        found = judged(workload(containers=[{"name": "web", key: words}]))
        (finding,) = bad(found)
        assert finding.message == f"Deployment/prod/shop:web has a value for {name} in its {key}"
        assert HIDDEN not in repr(found)


@pytest.mark.parametrize(
    "words",
    [["--password-file=/x"], ["--password", "--verbose"], ["--token=$(TOKEN)"], ["--password"], ["a=b"]],
)
def test_a_command_line_that_holds_none_passes(words: list[str]) -> None:
    assert judged(workload(containers=[{"args": words}])).outcome is Outcome.PASS


def test_a_secret_with_values_fails_and_names_their_keys_only() -> None:
    found = judged(secret({"password": encoded(HIDDEN)}, stringData={"user": "shop"}))
    assert found.summary == "Secret/db holds values that anybody can read: password, user"
    assert found.findings[0].observed == "2 values in the open"
    for hidden in (HIDDEN, encoded(HIDDEN), "shop"):
        assert hidden not in repr(found)


@pytest.mark.parametrize(
    "one",
    [
        secret(),
        secret({}),
        secret({"a": ""}),
        secret({"a": None}),
        secret({"a": "ENC[AES256_GCM,data:abc,iv:x,tag:y,type:str]"}, sops={"mac": "ENC[x]"}),
        secret({"a": encoded("<path:kv/db#password>")}),
        secret({"ca.crt": encoded("-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----\n")}),
    ],
)
def test_a_secret_without_values_of_its_own_passes(one: Object) -> None:
    assert judged(one).outcome is Outcome.PASS


@pytest.mark.parametrize(
    "data",
    [
        {"a": encoded(HIDDEN)},
        {"a": b64encode(b"\xff\xfe\x00").decode()},
        {"a": "no base64!"},
        {"tls.key": encoded(PEM)},
        {"tls.crt": encoded(f"-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----\n{HIDDEN}")},
        {"open": encoded(HIDDEN), "shut": "ENC[AES256_GCM,data:abc,iv:x,tag:y,type:str]"},
        {"a": 5},
        ["a"],
    ],
)
def test_any_other_secret_fails(data: Any) -> None:
    assert judged(secret(data)).outcome is Outcome.FAIL
    assert judged(secret(data, sops={"mac": "x"})).outcome is Outcome.FAIL


def test_secrets_of_the_cluster_may_be_allowed_and_are_noted() -> None:
    found = judged(secret({"tls.key": encoded(PEM)}, stringData={"key": PEM}), open_secrets="allowed")
    assert found.outcome is Outcome.PASS
    assert [finding.message for finding in found.findings if finding.note] == [
        "Secret/db holds values that anybody can read, which the policy allows"
    ]


def test_sealed_and_external_secrets_pass() -> None:
    sealed = {
        "apiVersion": "bitnami.com/v1alpha1",
        "kind": "SealedSecret",
        "metadata": {"name": "db"},
        "spec": {"encryptedData": {"password": "AgBy" * 80}},
    }
    external = {
        "apiVersion": "external-secrets.io/v1",
        "kind": "ExternalSecret",
        "metadata": {"name": "db"},
        "spec": {"data": [{"secretKey": "password", "remoteRef": {"key": "kv/db", "property": "password"}}]},
    }
    assert judged(sealed, external).summary == "2 objects without a secret in the open"


def test_a_field_of_a_custom_resource_that_is_called_a_password_fails() -> None:
    release = {
        "apiVersion": "helm.toolkit.fluxcd.io/v2",
        "kind": "HelmRelease",
        "metadata": {"name": "db"},
        "spec": {"values": {"postgres": {"password": HIDDEN, "passwordKey": "x"}}},
    }
    found = judged(release)
    assert [finding.message for finding in bad(found)] == ["HelmRelease/db has a value for password"]


def test_malformed_places_fail_and_name_the_path() -> None:
    found = judged(workload(containers=[{"name": "web", "env": {"PASSWORD": HIDDEN}}]))
    assert "Deployment/prod/shop:web: spec.template.spec.containers[0].env: Expected" in found.summary
    assert judged(config(port=80)).summary.startswith("ConfigMap/settings: data")
    assert HIDDEN not in repr(found)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(NAMES), st.text(min_size=1, max_size=30))
def test_no_value_is_ever_shown(name: str, value: str) -> None:
    marked = f"{value}{HIDDEN}"
    found = judged(env(name, marked), config(**{name: marked, "app.ini": f"{name}={marked}"}))
    assert HIDDEN not in repr(found)


@pytest.mark.parametrize(
    "text",
    [
        "ledger = host=db port=5432 user=app password=" + HIDDEN,
        "Server=db;Database=shop;User Id=app;Password=" + HIDDEN + ";Encrypt=true",
        "Data Source=db;Initial Catalog=shop;uid=app;PWD=" + HIDDEN,
    ],
)
def test_a_password_in_a_connection_string_is_found_whatever_it_is_called(text: str) -> None:
    for one in (env("DSN", text), config(**{"pool.ini": "[databases]\n" + text + "\n"})):
        (finding,) = bad(judged(one))
        assert finding.message.endswith("holds a password in a connection string")
        assert HIDDEN not in str(finding)


@pytest.mark.parametrize(
    "text",
    [
        "host=db user=app sslmode=require",
        "host=db user=app password=$(DB_PASSWORD)",
        "host=db user=app password=${DB_PASSWORD} port=5432",
        "host=db user=app password={{ password }}",
        "host=db password= port=5432",
        "set password=yes to ask for one",
    ],
)
def test_a_connection_string_without_a_password_is_none(text: str) -> None:
    assert bad(judged(env("DSN", text))) == []
