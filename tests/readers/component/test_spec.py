"""What a policy may say about a component, and what it never repeats."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from readiness.readers.component._spec import ComponentSpec
from tests.pages import Page
from tests.support import ROOT

SECRET = "canary-Pa55/word+x"


def spec(**keys: Any) -> ComponentSpec:
    return ComponentSpec.model_validate_json(json.dumps({"kind": "component", **keys}))


@pytest.mark.parametrize(
    ("url", "protocol", "place", "database", "tls"),
    [
        ("postgres://db.internal/shop", "postgres", ("db.internal", 5432), "shop", False),
        ("postgresql://db.internal:6000", "postgres", ("db.internal", 6000), "", False),
        ("mysql://[::1]/shop", "mysql", ("::1", 3306), "shop", False),
        ("redis://cache/3", "redis", ("cache", 6379), "3", False),
        ("rediss://cache", "redis", ("cache", 6379), "", True),
        ("amqp://mq", "amqp", ("mq", 5672), "", False),
        ("amqps://mq", "amqp", ("mq", 5671), "", True),
        ("kafka://log", "kafka", ("log", 9092), "", False),
        ("grpc://cart:50051", "grpc", ("cart", 50051), "", False),
        ("tcp://mail:25", "tcp", ("mail", 25), "", False),
    ],
)
def test_a_url_tells_protocol_place_and_database(
    url: str, protocol: str, place: tuple[str, int], database: str, tls: bool
) -> None:
    made = spec(url=url)
    assert (made.protocol, made.place, made.database, made.over_tls) == (protocol, place, database, tls)


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"url": f"postgres://gate:{SECRET}@db/shop"}, "a URL holds no user and no password"),
        ({"url": "http://db"}, "it is no URL of postgres, postgresql, mysql, redis"),
        ({"url": "redis://"}, "it is no URL of"),
        ({"url": "redis://h:99999"}, "it is no URL; write it as in"),
        ({"url": "redis://h:0"}, "it is no URL of"),
        ({"url": "redis://h ost"}, "it is no URL of"),
        ({"url": "redis://h/a"}, "behind host and port stands at most"),
        ({"url": f"postgres://db/shop?password={SECRET}"}, "behind host and port stands at most"),
        ({"url": "postgres://db/a/b"}, "behind host and port stands at most"),
        ({"url": "kafka://h/topic"}, "behind host and port stands at most"),
        ({"url": "grpc://h"}, "a URL of grpc needs its port"),
        ({"url": "tcp://h"}, "a URL of tcp needs its port"),
        ({"url": 5}, "a URL is text"),
        ({"url": "tcp://h:1", "tls": True}, "use kind endpoint with `tls://`"),
        ({"url": "redis://h", "ca": "ca.pem"}, "`ca` has no meaning without TLS"),
        ({"url": "kafka://h", "user": "u", "password": SECRET}, "there is no login for kafka://"),
        ({"url": "postgres://h", "password": SECRET}, "`password` needs `user`"),
        ({"url": "redis://h", "user": "u"}, "`user` needs `password`"),
        ({"url": "postgres://h", "query": "SELECT 1"}, "`query` needs `user`"),
        ({"url": "amqp://h", "query": "x"}, "there is no query for amqp://"),
        ({"url": "redis://h", "query": f"SET a {SECRET}"}, "for Redis it is one command that reads"),
        ({"url": "redis://h", "query": "ECHO 'open"}, "for Redis it is one command that reads"),
        ({"url": "redis://h", "service": "s"}, "`service` goes with grpc://"),
        ({"url": "redis://h", "password": ""}, "`password` is text of 1 to 1,000 characters"),
        ({"url": "redis://h", "password": ["x", SECRET]}, "`password` is text of 1 to"),
        ({"url": "redis://h", "password": SECRET + "\0"}, "`password` is text of 1 to"),
        ({"url": "redis://h", "deadline": "0s"}, "is more than 0 and at most 10m"),
    ],
)
def test_what_cannot_be_meant_is_refused_without_repeating_it(keys: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError) as caught:
        spec(**keys)
    assert message in str(caught.value)
    assert SECRET not in str(caught.value) + repr(caught.value.errors())


def test_a_spec_does_not_show_its_secrets() -> None:
    made = spec(url="postgres://db/shop", user="gatekeeper", password=SECRET, query="SELECT 1")
    assert made.password == SECRET
    assert "gatekeeper" not in repr(made) + str(made)
    assert SECRET not in repr(made) + str(made)


def test_the_documentation_has_the_keys_that_a_component_has() -> None:
    (block,) = Page(ROOT / "docs" / "evidence.md").fences("yaml", "Components")
    said = yaml.safe_load(block.text)
    for keys in said.values():
        ComponentSpec.model_validate_json(json.dumps(keys))
    own = {field.alias or name for name, field in ComponentSpec.model_fields.items()}
    assert {key for keys in said.values() for key in keys} == own - {"role", "max-age", "bind"}
