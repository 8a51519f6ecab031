"""What tools print around image templates, taken off: answers of queries, template specs, states, objects of PowerShell.

Each form gives what is in it, which may be of another form; what has none is a deployment template or a resource as people write them.

Sources:
https://learn.microsoft.com/cli/azure/graph#az-graph-query
https://learn.microsoft.com/rest/api/azureresourcegraph/resourcegraph/resources/resources
https://learn.microsoft.com/cli/azure/ts#az-ts-show
https://learn.microsoft.com/powershell/module/az.resources/get-aztemplatespec
https://learn.microsoft.com/cli/azure/resource#az-resource-list
"""

from __future__ import annotations

import shlex
from collections import deque
from collections.abc import Callable, Iterator

from aib2packer.diagnostics.codes import deployment as codes
from aib2packer.diagnostics.codes import input as input_codes
from aib2packer.diagnostics.model import Findings
from aib2packer.diagnostics.place import SourceText
from aib2packer.ir.values import Entry, ListOf, Literal, ObjectOf, Value, all_at
from aib2packer.source.json_text import read_json
from aib2packer.source.powershell import cut_off_in, is_object_of_powershell, without_powershell
from aib2packer.source.provider import PROVIDER
from aib2packer.source.pulumi import templates_of_state

_OF_LISTS = frozenset({"value", "nextlink", "count"})
_ADDED = frozenset(
    {"resourceid", "resourcename", "resourcegroupname", "resourcetype", "extensionresourcename", "extensionresourcetype"}
    | {"parentresource", "subscriptionid", "subscriptionname", "tenantid", "createdtime", "changedtime", "tagstable"}
)
"""Keys beside those of a resource that Get-AzResource, az resource list and Azure Resource Graph print."""


def opened(root: Value, findings: Findings) -> Iterator[Value]:
    """The deployment templates and resources in what a file holds, without what a tool printed around them.

    >>> state = ListOf((ObjectOf((Entry(Literal("data"), ListOf((ObjectOf(()),))), Entry(Literal("count"), Literal(1)))),))
    >>> list(opened(state, Findings()))
    [ObjectOf(entries=())]
    """
    pending = deque([root])
    while pending:
        value = pending.popleft()
        if isinstance(value, ListOf):
            pending.extendleft(reversed(value.items))
        elif isinstance(value, ObjectOf):
            inside = next((found for form in _FORMS if (found := form(value, findings)) is not None), None)
            if inside is None:
                yield value
            else:
                pending.appendleft(inside)
        else:
            yield value


def _listed(value: ObjectOf, _findings: Findings) -> Value | None:
    """The pages of REST, and PowerShell's lists."""
    listed = value.get("value")
    return listed if isinstance(listed, ListOf) and _names(value) <= _OF_LISTS else None


def _of_resource_graph(value: ObjectOf, _findings: Findings) -> Value | None:
    """The rows of a query, as objects or as a table."""
    data = value.get("data")
    if isinstance(data, ListOf):
        return data
    columns, rows = (data.get(name) if isinstance(data, ObjectOf) else None for name in ("columns", "rows"))
    if not isinstance(columns, ListOf) or not isinstance(rows, ListOf):
        return None
    keys = [name for each in columns.items if isinstance(each, ObjectOf) and (name := each.get("name")) is not None]
    return ListOf(
        tuple(
            ObjectOf(tuple(map(Entry, keys, row.items)), place=row.place)
            for row in rows.items
            if isinstance(row, ListOf) and len(row.items) == len(keys)
        ),
        place=rows.place,
    )


def _of_template_spec(value: ObjectOf, findings: Findings) -> Value | None:
    """The template of a version of a template spec, or those of all its versions."""
    versions = value.get("versions")
    if isinstance(versions, ListOf) and any(_main_template(each) is not None for each in versions.items):
        return versions
    template = _main_template(value)
    return _read(template, "mainTemplate", findings) or ListOf(()) if isinstance(template, Literal) else template


def _main_template(value: Value) -> Value | None:
    properties = value.get("properties") if isinstance(value, ObjectOf) else None
    holders = (each for each in (value, properties) if isinstance(each, ObjectOf))
    found = (each.get("mainTemplate") for each in holders)
    return next((each for each in found if isinstance(each, ObjectOf) or _is_text(each)), None)


def _of_pulumi(value: ObjectOf, findings: Findings) -> Value | None:
    """The image templates of a stack's state."""
    return templates_of_state(value, findings)


def _of_powershell(value: ObjectOf, findings: Findings) -> Value | None:
    """What ConvertTo-Json makes of an image template in PowerShell."""
    if not is_object_of_powershell(value):
        return None
    cut = cut_off_in(value)
    if cut is not None:
        message = "ConvertTo-Json wrote type names instead of the values from here on. Run it again with -Depth 100."
        findings.add(codes.CUT_OFF, message, place=cut.place)
        return ListOf(())
    return without_powershell(value)


def _of_text(value: ObjectOf, findings: Findings) -> Value | None:
    """A resource whose properties are a text: a column of a query that made one of them, or PropertiesText."""
    properties = next((each for name in ("properties", "propertiesText") if _is_text(each := value.get(name))), None)
    if not isinstance(properties, Literal) or not _is_image_template(value):
        return None
    read = _read(properties, "properties", findings)
    if read is None:
        return ListOf(())
    rest = tuple(entry for entry in value.entries if (entry.name or "").lower() not in ("properties", "propertiestext"))
    return ObjectOf((*rest, Entry(Literal("properties", place=properties.place), read)), place=value.place)


def _of_list_without_properties(value: ObjectOf, findings: Findings) -> Value | None:
    """A resource of which only the envelope was printed; there is nothing to convert in it."""
    names = ("properties", "source", "distribute", "customize")
    if not _has_id(value) or any(value.get(name) not in (None, Literal(None)) for name in names):
        return None
    found = value.get("id")
    assert isinstance(found, Literal)
    command = f"az resource show --ids {shlex.quote(str(found.value))} > template.json"
    message = f"The file has the image template without its properties. Run `{command}`, then convert template.json."
    findings.add(codes.WITHOUT_PROPERTIES, message, place=found.place)
    return ListOf(())


def _with_added_keys(value: ObjectOf, findings: Findings) -> Value | None:
    """A resource with keys of the tool that printed it."""
    added = [entry for entry in value.entries if (entry.name or "").lower() in _ADDED]
    if not added or not _has_id(value):
        return None
    said = [str(entry.name) for entry in added if entry.value != Literal(None)]
    if said:
        message = (
            f"Left out because the tool that printed the template added {'it' if len(said) == 1 else 'them'}: {', '.join(said)}."
        )
        findings.add(codes.TOOL_KEYS, message, place=added[0].key.place)
    return ObjectOf(tuple(entry for entry in value.entries if entry not in added), place=value.place)


Form = Callable[[ObjectOf, Findings], Value | None]
_FORMS: tuple[Form, ...] = (
    _listed,
    _of_resource_graph,
    _of_template_spec,
    _of_pulumi,
    _of_powershell,
    _of_text,
    _of_list_without_properties,
    _with_added_keys,
)
"""Each gives what is in an object of its form, and None for any other object."""


def _names(value: ObjectOf) -> set[str]:
    return {(entry.name or "").lower() for entry in value.entries}


def _is_text(value: Value | None) -> bool:
    return isinstance(value, Literal) and isinstance(value.value, str) and value.value.strip() != ""


def _is_image_template(value: ObjectOf) -> bool:
    kind = value.get("type")
    return isinstance(kind, Literal) and str(kind.value).lower() == f"{PROVIDER}/imagetemplates"


def _has_id(value: ObjectOf) -> bool:
    """Whether it is an image template that Azure has."""
    found = value.get("id")
    return _is_image_template(value) and isinstance(found, Literal) and str(found.value).lower().startswith("/subscriptions/")


def _read(text: Literal, name: str, findings: Findings) -> Value | None:
    """The values of JSON in a string, each at the place of the string; None, with a finding, where it is none."""
    said = Findings()
    value = read_json(SourceText(name, str(text.value)), said)
    if value is None or said.has_errors():
        first = next(iter(said))
        findings.add(input_codes.NOT_JSON, f"The string {name} is not JSON: {first.message}", place=text.place)
        return None
    return all_at(value, text.place)
