"""Address ranges.

Source: https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-cidr
"""

from __future__ import annotations

from aib2packer.hcl.forms.parts import number_of, table, text_of
from aib2packer.hcl.writing import Form, Level, NoFormError, Piece, WhyNot, Writer
from aib2packer.ir.values import Call, Value


def _cidr_subnet(writer: Writer, call: Call) -> Piece:
    network, prefix, index = call.arguments
    free = writer.free
    known = text_of(network)
    own = known.split("/")[1] if known and "/" in known else f'convert(split("/", {free.text(network)})[1], number)'
    return Piece(f"cidrsubnet({free.text(network)}, {free.text(prefix, Level.SUM)} - {own}, {free.text(index)})")


def _cidr_host(writer: Writer, call: Call) -> Piece:
    network, index = call.arguments
    known = number_of(index)
    number = f"{writer.free.text(index, Level.SUM)} + 1" if known is None else str(known + 1)
    return Piece(f"cidrhost({writer.free.text(network)}, {number})")


_CIDR_PARTS = {
    "network": "cidrhost(@, 0)",
    "netmask": "cidrnetmask(@)",
    "firstusable": "cidrhost(@, 1)",
    "lastusable": "cidrhost(@, -2)",
    "broadcast": "cidrhost(@, -1)",
    "cidr": 'convert(split("/", @)[1], number)',
}


def _cidr_part(writer: Writer, call: Call, key: Value) -> Piece:
    template = _CIDR_PARTS.get((text_of(key) or "").lower())
    if template is None:
        raise NoFormError("parseCidr has no such part in HCL", key.place or call.place)
    return Piece(template.replace("@", writer.free.text(call.arguments[0])))


CIDR = table(
    Form("cidrSubnet", _cidr_subnet),
    Form("cidrHost", _cidr_host),
    Form("parseCidr", WhyNot.NO_EQUIVALENT, part=_cidr_part),
)
