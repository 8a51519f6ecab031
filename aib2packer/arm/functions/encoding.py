"""JSON, base64, URIs, and the two hashes ``guid`` and ``uniqueString`` (arm/FACTS.md 4).

Source: https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-string
"""

from __future__ import annotations

import base64 as standard_base64
import binascii
import json
import re
import uuid
from urllib.parse import quote, unquote, urljoin, urlsplit

from aib2packer.arm.functions.table import Function, Json, RefusedError, finite, mapping, table, text
from aib2packer.ir.values import Kind

_TOKEN = re.compile(
    r"""(?P<space>\s+|//[^\n]*|/\*.*?\*/)
      | (?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
      | (?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.]))
      | (?P<word>[A-Za-z_$][\w$]*)
      | (?P<mark>[{}\[\]:,])""",
    re.VERBOSE | re.DOTALL,
)


def read_json(value: Json) -> Json:
    """``json`` as Azure's lenient reader does it: single quotes, comments, bare keys and a last comma are accepted.

    >>> read_json("{a: 'x', /* y */ 'b': [1, null,]}")
    {'a': 'x', 'b': [1, None]}
    """
    written = text(value)
    try:
        return _loaded(written)
    except ValueError:
        pass
    try:
        return _loaded(_strict_json(written))
    except ValueError:
        raise RefusedError("its argument is not JSON") from None


def _loaded(written: str) -> Json:
    try:
        value: Json = json.loads(written, strict=False, parse_constant=_refuse, parse_float=finite)
    except RecursionError:
        raise RefusedError("its JSON is nested too deeply") from None
    return value


def _refuse(constant: str) -> Json:
    raise RefusedError(f"{constant} is not JSON")


def _strict_json(written: str) -> str:
    tokens: list[str] = []
    position = 0
    while position < len(written):
        match = _TOKEN.match(written, position)
        if match is None:
            raise json.JSONDecodeError("", written, position)
        position = match.end()
        token = match.group()
        if match.lastgroup == "text":
            token = _double_quoted(token)
        elif match.lastgroup == "word" and token not in ("true", "false", "null"):
            token = json.dumps(token)
        if match.lastgroup != "space":
            if token in "]}" and tokens and tokens[-1] == ",":
                tokens.pop()
            tokens.append(token)
    return "".join(tokens)


def _double_quoted(token: str) -> str:
    if token[0] == '"':
        return token
    inner = re.sub(r'\\.|"', lambda match: {"\\'": "'", '"': '\\"'}.get(match.group(), match.group()), token[1:-1], flags=re.S)
    return f'"{inner}"'


def base64(value: Json) -> str:
    """``base64`` of the text's UTF-8."""
    return standard_base64.b64encode(_bytes(text(value))).decode("ascii")


def base64_to_string(value: Json) -> str:
    """``base64ToString``."""
    try:
        return standard_base64.b64decode(text(value), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        raise RefusedError("its argument is not base64 of a string") from None


def uri_component(value: Json) -> str:
    """``uriComponent``: everything but letters, digits and ``-._~`` as upper-case ``%XX``."""
    return quote(_bytes(text(value)), safe="-._~")


_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


def uri(base: Json, relative: Json) -> str:
    """``uri``: RFC 3986 section 5."""
    start, rest = text(base, "the base"), text(relative, "the second argument")
    if not _SCHEME.match(start):
        raise RefusedError("the base must be an absolute URI")
    if _SCHEME.match(rest):
        return rest
    scheme, _, tail = start.partition(":")
    joined = urljoin(f"http:{tail}", rest)
    return scheme + joined[len("http") :]


def parse_uri(value: Json) -> Json:
    """``parseUri``: scheme, host, port (null where it is the scheme's own), path and query."""
    try:
        parts = urlsplit(text(value))
        port = parts.port
    except ValueError:
        raise RefusedError("its argument is not a URI") from None
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    query = f"?{parts.query}" if parts.query else ""
    return {
        "scheme": parts.scheme,
        "host": parts.hostname,
        "port": None if port == usual else port,
        "path": parts.path,
        "query": query,
    }


def build_uri(value: Json) -> str:
    """``buildUri``: the reverse of ``parseUri``."""
    parts = {key.lower(): part for key, part in mapping(value).items()}
    port = parts.get("port")
    path = text(parts.get("path") or "", "path")
    query = text(parts.get("query") or "", "query").removeprefix("?")
    where = f"{text(parts.get('scheme'), 'scheme')}://{text(parts.get('host'), 'host')}{'' if port is None else f':{port}'}"
    return where + ("" if path.startswith("/") or not path else "/") + path + (f"?{query}" if query else "")


def data_uri_to_string(value: Json) -> str:
    """``dataUriToString``: base64 or percent-encoded data."""
    head, comma, data = text(value).partition(",")
    if not comma or not head.lower().startswith("data:"):
        raise RefusedError("its argument is not a data URI")
    return base64_to_string(data) if head.lower().endswith(";base64") else unquote(data)


GUID_NAMESPACE = uuid.UUID("11fb06fb-712d-4ddd-98c7-e71bbd588830")


def guid(*values: Json) -> str:
    """``guid``: a version 5 UUID of the arguments joined with ``-``.

    >>> guid("foo", "bar", "baz")
    '2ed86837-7c7c-5eaa-9864-dd077fd19b0d'
    """
    return str(uuid.uuid5(GUID_NAMESPACE, "-".join([text(value) for value in values])))


_WORD = 0xFFFFFFFF
_C1, _C2 = 0x239B961B, 0xAB0E9789
_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"


def unique_string(*values: Json) -> str:
    """``uniqueString``: 13 characters of a 64-bit Murmur variant (arm/FACTS.md 4).

    >>> unique_string("snap", "crackle", "pop")
    'byghxckddilkc'
    """
    number = _murmur(_bytes("-".join([text(value) for value in values])))
    return "".join([_LETTERS[(number << 5 * step & (1 << 64) - 1) >> 59] for step in range(13)])


def _murmur(data: bytes) -> int:
    first = second = 0
    whole = len(data) // 8 * 8
    for start in range(0, whole, 8):
        low, high = (
            int.from_bytes(data[start : start + 4], "little"),
            int.from_bytes(data[start + 4 : start + 8], "little"),
        )
        first = _turned(first ^ _scrambled(low, _C1, 15, _C2), 19) + second & _WORD
        first = first * 5 + 0x561CCD1B & _WORD
        second = _turned(second ^ _scrambled(high, _C2, 17, _C1), 13) + first & _WORD
        second = second * 5 + 0x0BCAA747 & _WORD
    tail = data[whole:]
    first ^= _scrambled(int.from_bytes(tail[:4], "little"), _C1, 15, _C2)
    second ^= _scrambled(int.from_bytes(tail[4:], "little"), _C2, 17, _C1)
    first, second = _crossed(first ^ len(data), second ^ len(data))
    first, second = _crossed(_mixed(first), _mixed(second))
    return second << 32 | first


def _turned(word: int, by: int) -> int:
    return (word << by | word >> 32 - by) & _WORD


def _scrambled(word: int, factor: int, by: int, other: int) -> int:
    return _turned(word * factor & _WORD, by) * other & _WORD


def _crossed(first: int, second: int) -> tuple[int, int]:
    first = first + second & _WORD
    return first, second + first & _WORD


def _mixed(word: int) -> int:
    word = (word ^ word >> 16) * 0x85EBCA6B & _WORD
    word = (word ^ word >> 13) * 0xC2B2AE35 & _WORD
    return word ^ word >> 16


def _bytes(value: str) -> bytes:
    return value.encode("utf-8", "replace")


ENCODING = table(
    Function("json", 1, 1, read_json),
    Function("base64", 1, 1, base64, gives=Kind.TEXT, may_fail=False),
    Function("base64ToString", 1, 1, base64_to_string, gives=Kind.TEXT),
    Function("base64ToJson", 1, 1, lambda value: read_json(base64_to_string(value))),
    Function("uriComponent", 1, 1, uri_component, gives=Kind.TEXT, may_fail=False),
    Function("uriComponentToString", 1, 1, lambda value: unquote(text(value)), gives=Kind.TEXT),
    Function("uri", 2, 2, uri, gives=Kind.TEXT),
    Function("parseUri", 1, 1, parse_uri, gives=Kind.OBJECT),
    Function("buildUri", 1, 1, build_uri, gives=Kind.TEXT),
    Function(
        "dataUri", 1, 1, lambda value: f"data:text/plain;charset=utf-8;base64,{base64(value)}", gives=Kind.TEXT, may_fail=False
    ),
    Function("dataUriToString", 1, 1, data_uri_to_string, gives=Kind.TEXT),
    Function("guid", 1, None, guid, gives=Kind.TEXT, may_fail=False),
    Function("uniqueString", 1, None, unique_string, gives=Kind.TEXT, asked=True),
)
