"""Receivers: whether each way to tell somebody has what it needs, without keeping any of it.

https://prometheus.io/docs/alerting/latest/configuration/#receiver-integration-settings
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from readiness.evidence.alertmanager import Integration, Receiver
from readiness.readers.configured import needed
from readiness.readers.nodes import Node, malformed

# What each integration cannot do without: one of its own keys, or one of `global` that stands in for them.
_Need = tuple[tuple[str, ...], tuple[str, ...]]
_NEEDS: dict[str, tuple[_Need, ...]] = {
    "discord": ((("webhook_url", "webhook_url_file", "api_url"), ()),),
    "email": ((("to",), ()), (("smarthost",), ("smtp_smarthost",))),
    "incidentio": ((("url", "url_file"), ()),),
    "jira": ((("project",), ()), (("api_url",), ("jira_api_url",))),
    "mattermost": (
        (("webhook_url", "webhook_url_file"), ("mattermost_webhook_url", "mattermost_webhook_url_file")),
    ),
    "msteams": ((("webhook_url", "webhook_url_file"), ()),),
    "msteamsv2": ((("webhook_url", "webhook_url_file"), ()),),
    "opsgenie": ((("api_key", "api_key_file"), ("opsgenie_api_key", "opsgenie_api_key_file")),),
    "pagerduty": ((("routing_key", "routing_key_file", "service_key", "service_key_file"), ()),),
    "pushover": ((("user_key", "user_key_file"), ()), (("token", "token_file"), ())),
    "rocketchat": ((("token", "token_file"), ("rocketchat_token", "rocketchat_token_file")),),
    "slack": (
        (
            ("api_url", "api_url_file", "app_token", "app_token_file"),
            ("slack_api_url", "slack_api_url_file", "slack_app_token", "slack_app_token_file"),
        ),
    ),
    "sns": ((("topic_arn", "phone_number", "target_arn"), ()),),
    "telegram": (
        (("chat_id", "chat_id_file"), ()),
        (("bot_token", "bot_token_file"), ("telegram_bot_token", "telegram_bot_token_file")),
    ),
    "victorops": ((("api_key", "api_key_file"), ("victorops_api_key", "victorops_api_key_file")),),
    "webex": ((("room_id",), ()),),
    "webhook": ((("url", "url_file", "url_secret"), ()),),
    "wechat": ((("api_secret", "api_secret_file"), ("wechat_api_secret", "wechat_api_secret_file")),),
}
_PLACEHOLDER = re.compile(
    r"(?:^|[/=:])(?:todo|tbd|fixme|change[-_ ]?me|replace[-_ ]?me|placeholder|dummy|x{3,}|\.{3})(?:$|[/?&@])"
    r"|\byour[-_/ ]|<(?!secret>)[^<>]*>",
    re.IGNORECASE,
)
_TELLING = ("http://", "https://", "<secret>", "$", "{{")  # what may become a URL when it is deployed
_ADDRESSES = ("url", "api_url", "webhook_url")
# The example that comes with Alertmanager, addresses that are none, and mail to nobody else.
_UNSENT = re.compile(
    r"//(?:127\.0\.0\.1:5001|0\.0\.0\.0|\[::\])(?:[:/]|$)|@(?:localhost|127\.0\.0\.1)$", re.IGNORECASE
)
_NOWHERE = re.compile(
    r"(^|[.@])(example\.(com|org|net)|[^.@]+\.(example|invalid|test)|example|invalid)$", re.IGNORECASE
)


def receivers_of(root: Node) -> tuple[Receiver, ...]:
    """Every receiver; Unproven (malformed) when two have one name."""
    listed, shared = root.get("receivers"), root.get("global")
    made: dict[str, Receiver] = {}
    for one in listed.items() if listed is not None else ():
        name = needed(one, "name", "a receiver").text()
        if name in made:
            raise malformed(one.place, f"the receiver {name!r} stands there twice")
        found = tuple(_integrations(one, shared))
        made[name] = Receiver(name=name, place=one.place, integrations=found)
    return tuple(made.values())


def _integrations(node: Node, shared: Node | None) -> Iterator[Integration]:
    for key, listed in node.pairs():
        if key in ("name", "labels") or listed.value is None:
            continue
        sort = key.removesuffix("_configs")
        if sort == key:
            raise malformed(listed.place, f"a receiver has no key `{key[:60]}`")
        for one in listed.items():
            yield Integration(sort, one.place, _flaw(sort, one, shared))


def _flaw(sort: str, node: Node, shared: Node | None) -> str:
    if sort not in _NEEDS:
        return f"`{sort}_configs` is not known to readiness"
    lacking = next(filter(None, (_lacking(need, node, shared) for need in _NEEDS[sort])), "")
    return lacking or next(filter(None, (_misled(key, node) for key in _ADDRESSES)), "")


def _misled(key: str, node: Node) -> str:
    """Why an address that it sets of its own leads nowhere."""
    found = node.get(key)
    flaw = placeholder(found) if found is not None and not found.is_map else ""
    return f"`{key}` {flaw}" if flaw else ""


def _lacking(need: _Need, node: Node, shared: Node | None) -> str:
    own, common = need
    said = [found for key in own if (found := node.get(key)) is not None]
    if not said and shared is not None:
        said = [found for key in common if (found := shared.get(key)) is not None]
    if not said:
        return f"it has none of {', '.join(key for key in own if not key.endswith('_secret'))}"
    return next((f"`{one.path.rpartition('.')[2]}` {flaw}" for one in said if (flaw := placeholder(one))), "")


def placeholder(node: Node) -> str:
    """Why what is written leads nowhere; empty where it may lead somewhere. It does not repeat what is written."""
    if node.is_map:  # as AlertmanagerConfig names a Secret and the key in it
        return "" if node.get("key") is not None and node.get("name") is not None else "names no secret"
    if node.path.endswith("_secret"):
        return "names no secret"
    text = node.text().strip()
    if not text:
        return "is empty"
    if _PLACEHOLDER.search(text):
        return "is a placeholder"
    if _UNSENT.search(text) and not node.path.endswith("smarthost"):
        return "leads to the machine itself, as the example that comes with Alertmanager does"
    if node.path.endswith("url") and not text.startswith(_TELLING):
        return "is no URL"
    try:
        host = urlsplit(text).hostname if "://" in text else text.rpartition("@")[2]
    except ValueError:
        return "is no URL"
    return "leads to a host that is an example" if host and _NOWHERE.search(host) else ""
