"""The journal as an HTTP Archive 1.2 (http://www.softwareishard.com/blog/har-12-spec/)."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qsl

from fakeprovider._version import __version__
from fakeprovider.journal.exchange import Exchange, Headers


def archive(exchanges: Iterable[Exchange], dropped: int = 0) -> dict[str, object]:
    """Return the exchanges as a HAR document, which holds every secret that went over the wire.

    Its comment tells how many older ones were dropped, where some were.
    """
    log: dict[str, object] = {"version": "1.2", "creator": {"name": "fakeprovider", "version": __version__}}
    if dropped:
        log["comment"] = f"{dropped} older exchanges were dropped"
    return {"log": {**log, "entries": [_entry(exchange) for exchange in exchanges]}}


def write_archive(exchanges: Iterable[Exchange], path: str | os.PathLike[str], dropped: int = 0) -> None:
    """Write the exchanges to `path` as HAR, readable for its owner alone."""
    text = json.dumps(archive(exchanges, dropped), indent=2)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    Path(path).chmod(0o600)


def _entry(exchange: Exchange) -> dict[str, object]:
    milliseconds = exchange.seconds * 1000
    return {
        "startedDateTime": datetime.fromtimestamp(exchange.at, UTC).isoformat(timespec="milliseconds"),
        "time": milliseconds,
        "request": _request(exchange),
        "response": _response(exchange),
        "cache": {},
        "timings": {"send": 0, "wait": milliseconds, "receive": 0},
        "comment": "; ".join([*exchange.faults, *filter(None, [exchange.note])]),
    }


def _request(exchange: Exchange) -> dict[str, object]:
    # A request line has no scheme; the archive wants a whole URL.
    request: dict[str, object] = {
        "method": exchange.method,
        "url": f"{exchange.scheme}://{exchange.header('Host')}{exchange.path}",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(exchange.request_headers),
        "queryString": _pairs(parse_qsl(exchange.path.partition("?")[2], keep_blank_values=True)),
        "headersSize": -1,
        "bodySize": len(exchange.request_body),
    }
    if exchange.request_body:
        text = exchange.request_body.decode("utf-8", "replace")
        request["postData"] = {"mimeType": exchange.header("Content-Type"), "text": text}
    return request


def _response(exchange: Exchange) -> dict[str, object]:
    headers = {name.lower(): value for name, value in exchange.response_headers}
    return {
        "status": exchange.status,
        "statusText": "" if exchange.status else "no answer",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(exchange.response_headers),
        "content": _content(exchange.response_body, headers.get("content-type", "")),
        "redirectURL": headers.get("location", ""),
        "headersSize": -1,
        "bodySize": len(exchange.response_body),
    }


def _content(body: bytes, media_type: str) -> dict[str, object]:
    content: dict[str, object] = {"size": len(body), "mimeType": media_type}
    try:
        return {**content, "text": body.decode()}
    except UnicodeDecodeError:
        return {**content, "text": base64.b64encode(body).decode(), "encoding": "base64"}


def _pairs(pairs: Headers | Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in pairs]
