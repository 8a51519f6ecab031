"""Address ranges.

Source: https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-cidr
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

from aib2packer.arm.functions.table import Function, Json, RefusedError, table, text, whole
from aib2packer.ir.values import Kind

Network = IPv4Network | IPv6Network


def _network(value: Json) -> Network:
    try:
        return ip_network(text(value, "the address range"), strict=False)
    except ValueError:
        raise RefusedError("the address range must be like 10.0.0.0/24") from None


def _address(number: int, network: Network) -> IPv4Address | IPv6Address:
    try:
        return IPv4Address(number) if isinstance(network, IPv4Network) else IPv6Address(number)
    except ValueError:
        raise RefusedError("there are no such addresses") from None


def subnet(value: Json, prefix: Json, index: Json) -> str:
    """``cidrSubnet``: the so-manieth range of the given prefix length, counted from 0."""
    network, bits, place = _network(value), whole(prefix, "the prefix length"), whole(index, "the index")
    if not network.prefixlen <= bits <= network.max_prefixlen or place < 0:
        raise RefusedError("the prefix length must not be smaller than the range's own, nor the index negative")
    start = int(network.network_address) + (place << network.max_prefixlen - bits)
    return f"{_address(start, network)}/{bits}"


def host(value: Json, index: Json) -> str:
    """``cidrHost``: 0 is the first usable address."""
    network, place = _network(value), whole(index, "the index")
    first = int(network.network_address) + (0 if network.max_prefixlen - network.prefixlen < 2 else 1)
    if place < 0 or first + place > int(network.broadcast_address):
        raise RefusedError("the index is outside the address range")
    return str(_address(first + place, network))


def parse(value: Json) -> Json:
    """``parseCidr``."""
    network = _network(value)
    start, end = int(network.network_address), int(network.broadcast_address)
    result: dict[str, Json] = {"network": str(network.network_address), "netmask": str(network.netmask)}
    if isinstance(network, IPv4Network):
        result["broadcast"] = str(network.broadcast_address)
        if network.prefixlen < 31:
            start, end = start + 1, end - 1
    result["firstUsable"] = str(_address(start, network))
    result["lastUsable"] = str(_address(end, network))
    result["cidr"] = network.prefixlen
    return result


CIDR = table(
    Function("cidrSubnet", 3, 3, subnet, gives=Kind.TEXT),
    Function("cidrHost", 2, 2, host, gives=Kind.TEXT),
    Function("parseCidr", 1, 1, parse, gives=Kind.OBJECT),
)
