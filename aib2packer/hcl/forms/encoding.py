"""JSON, base64, URIs, and the hash ``guid`` (arm/FACTS.md 4).

Source: https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-string
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from aib2packer.arm.functions.encoding import GUID_NAMESPACE
from aib2packer.hcl.forms.parts import table, text_of, wrapped
from aib2packer.hcl.writing import Form, NoFormError, Piece, WhyNot, Writer
from aib2packer.ir.values import Call, Joined, Literal, Value


def _uri(writer: Writer, call: Call) -> Piece:
    base, relative = call.arguments
    end = base.parts[-1] if isinstance(base, Joined) else base
    start = relative.parts[0] if isinstance(relative, Joined) else relative
    folder, first = text_of(end), text_of(start)
    simple = first is not None and re.match(r"(?!\.)[\w.-]+(?:/(?!\.)[\w.-]*)*\Z", first) is not None
    if folder is None or not folder.endswith("/") or not simple:
        raise NoFormError("uri needs a base that ends in / and a plain path", call.place)
    parts = [*(base.parts if isinstance(base, Joined) else (base,))]
    parts += relative.parts if isinstance(relative, Joined) else (relative,)
    return writer.joined(_merged(parts))


def _merged(parts: Sequence[Value]) -> list[Value]:
    """Neighbouring known texts as one."""
    merged: list[Value] = []
    for part in parts:
        before = text_of(merged[-1]) if merged else None
        text = text_of(part)
        if before is not None and text is not None:
            merged[-1] = Literal(before + text, place=merged[-1].place)
        else:
            merged.append(part)
    return merged


def _data_uri(writer: Writer, call: Call) -> Piece:
    return Piece(f'"data:text/plain;charset=utf-8;base64,${{base64encode({writer.inner.text(call.arguments[0])})}}"')


def _data_uri_to_string(writer: Writer, call: Call) -> Piece:
    value = call.arguments[0]
    start = text_of(value.parts[0]) if isinstance(value, Joined) else None
    if start is None or ";base64," not in start:
        raise NoFormError("the data URI must be base64", call.place)
    return Piece(f'base64decode(split(",", {writer.inner.text(value)})[1])')


def _guid(writer: Writer, call: Call) -> Piece:
    parts: list[Value] = []
    for argument in call.arguments:
        parts += [Literal("-"), *(argument.parts if isinstance(argument, Joined) else (argument,))]
    return Piece(f'uuidv5("{GUID_NAMESPACE}", {writer.inner.joined(_merged(parts[1:])).text})')


ENCODING = table(
    Form("json", wrapped("jsondecode(@)")),
    Form("base64", wrapped("base64encode(@)")),
    Form("base64ToString", wrapped("base64decode(@)")),
    Form("base64ToJson", wrapped("jsondecode(base64decode(@))")),
    Form("uriComponent", wrapped('replace(urlencode(@), "+", "%20")')),
    Form("uriComponentToString", WhyNot.NO_EQUIVALENT),
    Form("uri", _uri),
    Form("parseUri", WhyNot.NO_EQUIVALENT),
    Form("buildUri", WhyNot.NO_EQUIVALENT),
    Form("dataUri", _data_uri),
    Form("dataUriToString", _data_uri_to_string),
    Form("guid", _guid),
    Form("uniqueString", WhyNot.NO_EQUIVALENT),
)
