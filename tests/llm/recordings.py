"""What a recorded request and its answer look like in a file: bodies as YAML that people can read, no address, no key.

``serialize`` and ``deserialize`` are what vcrpy asks of a serializer.
"""

from __future__ import annotations

import json
import os
import re
from typing import Any, Final
from urllib.parse import urlsplit

import yaml
from vcr.request import Request

from evals.local_model import LIVE

NEUTRAL: Final = "http://local-model.invalid/v1"
"""The address that stands in the files; nobody can answer there."""
BASE_URL: Final = os.environ.get(LIVE, NEUTRAL)
"""The address to ask: the live server's while ``make cassettes`` records."""
_KEPT_HEADERS: Final = frozenset({"content-type"})
"""All others hold the key, the time or facts of the machine."""
_NUMBER = re.compile(r"(?<=cmpl-)[0-9a-f-]{36}")
"""What tells one answer from another, and differs each time."""
_RELEASE = re.compile(rb"(?<=errors\.pydantic\.dev/)\d+\.\d+(?=/)")
"""A re-ask about broken JSON names pydantic's release, which is no change of ours."""


def neutral_request(request: Request) -> Request:
    """``request`` at the neutral address, without what is no matter of ours."""
    address = urlsplit(request.uri)
    if address.netloc == urlsplit(BASE_URL).netloc:
        request.uri = NEUTRAL + address.path.removeprefix(urlsplit(BASE_URL).path)
    request.headers = _kept(request.headers)
    request.body = _RELEASE.sub(b"latest", request.body)
    return request


def neutral_response(response: dict[str, Any]) -> dict[str, Any]:
    """``response`` without what differs each time."""
    told = json.loads(_NUMBER.sub("recorded", response["body"]["string"].decode()))
    if "created" in told:
        told["created"] = 0
    return {**response, "headers": _kept(response["headers"]), "body": {"string": json.dumps(told).encode()}}


def _kept(headers: dict[str, Any]) -> dict[str, Any]:
    return {name.lower(): value for name, value in headers.items() if name.lower() in _KEPT_HEADERS}


def same_body(one: Request, other: Request) -> bool:
    """Whether two bodies are the same JSON."""
    return bool(json.loads(one.body) == json.loads(other.body))


def serialize(cassette: dict[str, Any]) -> str:
    """The file's text: bodies are written as what their JSON says."""
    interactions = [
        {
            "request": {**each["request"], "body": json.loads(each["request"]["body"])},
            "response": {**each["response"], "body": json.loads(each["response"]["body"]["string"])},
        }
        for each in cassette["interactions"]
    ]
    written = {**cassette, "interactions": interactions}
    return yaml.dump(written, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=120)


def deserialize(text: str) -> dict[str, Any]:
    """What ``serialize`` was given."""
    cassette: dict[str, Any] = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    for each in cassette["interactions"]:
        each["request"]["body"] = json.dumps(each["request"]["body"])
        each["response"]["body"] = {"string": json.dumps(each["response"]["body"])}
    return cassette


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as blocks, and nothing as a reference to something else."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)
