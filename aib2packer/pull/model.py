"""What Azure has: subscriptions, and their image templates."""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec import Struct

Object = Mapping[str, object]
_ID = re.compile(
    r"/subscriptions/[\w-]+/resourceGroups/(?P<group>[^/?#]+)/providers/Microsoft\.VirtualMachineImages/imageTemplates/(?P<name>[^/?#]+)",
    re.IGNORECASE,
)


class Subscription(Struct, frozen=True, kw_only=True):
    """A subscription that the signed-in account sees."""

    id: str
    name: str


class Template(Struct, frozen=True, kw_only=True):
    """An image template: the resource as Azure gives it, and what its id says."""

    id: str
    group: str
    name: str
    resource: Object


class Listed(Struct, frozen=True, kw_only=True):
    """The image templates of a subscription, read with an API version; ``problem`` says why some may be missing."""

    subscription: Subscription
    api_version: str
    templates: tuple[Template, ...]
    problem: str = ""


def template_of(resource: Object) -> Template | None:
    """The image template of a resource; None where its id is not that of one.

    >>> template_of({"id": "/subscriptions/1/resourcegroups/rg/providers/Microsoft.VirtualMachineImages/imageTemplates/a"}).group
    'rg'
    """
    found = _ID.fullmatch(str(resource.get("id", "")))
    return Template(id=found[0], group=found["group"], name=found["name"], resource=resource) if found else None
