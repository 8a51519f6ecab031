"""Finds the image templates in a file, whatever wraps them.

Bare resources, deployment templates, what `az` and REST print, the partial file of `az image builder create --image-template`.

Sources:
https://learn.microsoft.com/azure/azure-resource-manager/templates/syntax
https://learn.microsoft.com/cli/azure/image/builder#az-image-builder-create
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct, field
from msgspec.structs import replace

from aib2packer.diagnostics.codes import deployment as deployment_codes
from aib2packer.diagnostics.codes import template as template_codes
from aib2packer.diagnostics.model import Findings
from aib2packer.ir.clouds import CLOUDS, PUBLIC, Cloud
from aib2packer.ir.key_names import KeyNames
from aib2packer.ir.outputs import ImageDefinition
from aib2packer.ir.values import Access, Call, Entry, Input, ListOf, Literal, Local, ObjectOf, Value, Variable, all_at, walk
from aib2packer.source.cloud import Told, asks_environment, report_doubt, tell_cloud
from aib2packer.source.foreign import advice_about
from aib2packer.source.parameters import GivenValue, read_parameter_file
from aib2packer.source.placeholders import fill_placeholders
from aib2packer.source.printed import opened
from aib2packer.source.provider import is_image_template
from aib2packer.source.signed_lines import without_signatures
from aib2packer.source.template_keys import report_misspelt
from aib2packer.source.terraform.in_json import is_body, is_shown
from aib2packer.source.uses import with_uses


class Beside(Struct, frozen=True, kw_only=True):
    """What is known beside the file: the service's keys, and what the command line says.

    ``given`` are values for the parameters of a deployment template, ``as_text`` the names of those that came as text, ``cloud``
    the one that was asked for.
    """

    keys: KeyNames
    given: tuple[GivenValue, ...] = ()
    as_text: frozenset[str] = frozenset()
    cloud: Cloud | None = None


class Found(Struct, frozen=True, kw_only=True):
    """An image template resource: its object, the API version it names and its name (empty: none), and what it needs.

    ``said`` are the findings about it alone, ``parent`` is the name of the deployment that it is in. ``is_lost`` if it cannot be
    told how often it is deployed.
    """

    value: ObjectOf
    api_version: str
    name: str
    told: Told
    inputs: tuple[Input, ...] = ()
    locals: tuple[tuple[Local, Value], ...] = ()
    definitions: tuple[ImageDefinition, ...] = ()
    said: Findings = field(default_factory=Findings)
    parent: str = ""
    is_lost: bool = False


def find_templates(root: Value, beside: Beside, findings: Findings) -> tuple[Found, ...]:
    """The image templates of a file; none, with a finding, where there is none."""
    found: list[Found] = []
    others: list[Value] = []
    takes_parameters = takes_location = False
    for part in opened(_of_terraform(root, findings), findings):
        deployment, inner = _deployment(part, findings)
        if deployment is not None:
            takes_parameters = True
            found += _in_deployment(deployment, replace(beside, given=(*inner, *beside.given)), findings)
        else:
            resources = [_nested_again(each, beside.keys) for each in _resources(part)]
            takes_location = takes_location or any(each.get("location") is None for each in resources)
            found += _in_resources(resources, beside)
            others += [] if resources else [part]
    if not takes_parameters:
        left = (each for each in beside.given if not (takes_location and _is_location(each)))
        _refuse_parameters(left, root, findings)
    _report_others(others, findings, is_beside=bool(found))
    if not found and not findings.has_errors():
        _report_none(root, findings)
    return tuple(found)


def _in_resources(resources: Iterable[ObjectOf], beside: Beside) -> list[Found]:
    """The image templates of what is no deployment template; to one without a location, the location can be given."""
    location = next((each.value for each in beside.given if _is_location(each)), None)
    found = [_bare(_located(each, location), beside) for each in resources]
    for each in found:
        _report_expressions(each.value, each.said)
        report_doubt(each.told, each.value.get("location"), each.said, tells_environment=False)
    return found


def _is_location(given: GivenValue) -> bool:
    return given.name.lower() == "location"


def _located(resource: ObjectOf, location: Value | None) -> ObjectOf:
    if location is None or resource.get("location") is not None:
        return resource
    added = Entry(Literal("location", place=resource.place), all_at(location, resource.place))
    return ObjectOf((*resource.entries, added), place=resource.place)


def _of_terraform(root: Value, findings: Findings) -> Value:
    """The deployment template of what Terraform says in JSON; any other file itself."""
    if is_shown(root):
        from aib2packer.source.terraform.shown import shown_template

        return shown_template(root, findings)
    if is_body(root):
        from aib2packer.source.terraform.bodies import body_template

        return body_template(root)
    return root


def is_deployment_template(root: Value) -> bool:
    """Whether a file is a deployment template: it has resources, and does not look like a resource itself."""
    if not isinstance(root, ObjectOf) or root.get("resources") is None:
        return False
    return root.get("$schema") is not None or root.get("contentVersion") is not None or root.get("properties") is None


def _deployment(root: Value, findings: Findings) -> tuple[ObjectOf | None, tuple[GivenValue, ...]]:
    """The deployment template of the file, and the parameter values that stand beside it, as REST bodies have them."""
    if isinstance(root, ObjectOf) and is_deployment_template(root):
        return root, ()
    inner = root.get("properties") if isinstance(root, ObjectOf) else None
    properties = inner if isinstance(inner, ObjectOf) else root
    template = properties.get("template") if isinstance(properties, ObjectOf) else None
    if isinstance(template, ObjectOf) and is_deployment_template(template):
        parameters = properties.get("parameters") if isinstance(properties, ObjectOf) else None
        values = read_parameter_file(parameters, "properties.parameters", findings) if parameters is not None else ()
        return template, values
    return None, ()


def _in_deployment(root: ObjectOf, beside: Beside, findings: Findings) -> tuple[Found, ...]:
    """The image templates in the cloud of their region.

    Their evaluation tells the region, so it is done for the public cloud, and again only where `environment()` differs elsewhere.
    """
    if beside.cloud is not None:
        return _in_cloud(beside.cloud, root, beside, Told(beside.cloud), findings)
    said = Findings()
    said.take(findings)  # earlier findings count as well: an error silences later notes
    found = public = _in_cloud(PUBLIC, root, beside, None, said)
    asks = asks_environment(root)
    elsewhere = next((each.told.cloud for each in found if each.told.cloud is not PUBLIC), None)
    if asks and elsewhere is not None:
        found = _in_cloud(elsewhere, root, beside, None, findings)
    else:
        findings.take(said)
    there = found
    if asks and any(each.told.doubt for each in found):
        there = public if found is not public else _in_cloud(_OTHER, root, beside, None, Findings())
    for each, tells in zip(found, _differences(found, there), strict=True):
        report_doubt(each.told, each.value.get("location"), each.said, tells_environment=tells)
    return found


_OTHER = next(cloud for cloud in CLOUDS if cloud is not PUBLIC)
"""Any cloud that answers `environment()` in another way than the public one."""


def _differences(here: tuple[Found, ...], there: tuple[Found, ...]) -> tuple[bool, ...]:
    """Of each template, whether it is another one in another cloud."""
    if len(there) != len(here):
        return tuple(True for _ in here)
    return tuple(
        (one.value, one.inputs, one.locals) != (other.value, other.inputs, other.locals)
        for one, other in zip(here, there, strict=True)
    )


def _in_cloud(cloud: Cloud, root: ObjectOf, beside: Beside, told: Told | None, findings: Findings) -> tuple[Found, ...]:
    """The image templates as they are in one cloud; ``told`` is what is known of the cloud without them."""
    from aib2packer.source.deployment import read_deployment

    found: list[Found] = []
    for each in read_deployment(root, beside.given, beside.as_text, cloud, findings):
        filled = fill_placeholders(each.value, beside.keys.scripts, each.locals, each.said)
        assert isinstance(filled.value, ObjectOf)
        named = dict(each.locals)
        within = (each.value, *named.values())
        taken = [one.name for one in (*each.inputs, *filled.inputs)]
        cut = without_signatures(filled.value, filled.locals, beside.keys.scripts, taken, each.said)
        definitions = {local.name: value for local, value in cut.locals}
        found.append(
            Found(
                value=cut.value,
                api_version=_known_text(each.value.get("apiVersion"), each.inputs, named),
                name=_known_text(each.value.get("name"), each.inputs, named),
                told=told or Told(cloud)
                if each.is_lost
                else told or tell_cloud(each.value.get("location"), within, each.inputs, named),
                inputs=(*with_uses((*each.inputs, *filled.inputs), cut.value, definitions), *cut.inputs),
                locals=cut.locals,
                definitions=each.definitions,
                said=each.said,
                parent=each.parent,
                is_lost=each.is_lost,
            )
        )
    return tuple(found)


def _known_text(value: Value | None, inputs: tuple[Input, ...], named: dict[Local, Value]) -> str:
    """A text that only names things, with what is known of its inputs; empty where it is not known, or a secret."""
    if value is None:
        return ""
    from aib2packer.arm.fold import Folded, fold

    folded = fold(value, inputs, locals={local.name: each for local, each in named.items()})
    is_open = isinstance(folded, Folded) and not any(each.secret for each in folded.used)
    known = folded.value.value if is_open and isinstance(folded, Folded) and isinstance(folded.value, Literal) else None
    return known if isinstance(known, str) else ""


def _bare(value: ObjectOf, beside: Beside) -> Found:
    said = Findings()
    filled = fill_placeholders(value, beside.keys.scripts, findings=said)
    assert isinstance(filled.value, ObjectOf)
    inputs = (*_asked(value), *filled.inputs)
    cut = without_signatures(filled.value, (), beside.keys.scripts, [each.name for each in inputs], said)
    location = cut.value.get("location")
    told = Told(beside.cloud) if beside.cloud is not None else tell_cloud(location, (cut.value,), inputs, {})
    return Found(
        value=cut.value,
        api_version=_text(value, "apiVersion"),
        name=_text(value, "name"),
        told=told,
        inputs=(*with_uses(inputs, cut.value, {}), *cut.inputs),
        said=said,
    )


def _asked(value: ObjectOf) -> tuple[Input, ...]:
    """The inputs of a bare resource that has some before its placeholders are filled: what a tool printed without its value."""
    asked = dict.fromkeys(part for part in walk(value) if isinstance(part, Variable))
    return tuple(
        Input(name=each.name, role=each.role, kind=each.kind, description="", secret=each.secret, place=each.place)
        for each in asked
    )


def _resources(root: Value) -> Iterator[ObjectOf]:
    """The image template resources in what is no deployment template."""
    if isinstance(root, ListOf):
        for item in root.items:
            yield from _resources(item)
    elif isinstance(root, ObjectOf):
        yield from _in_object(root)


def _in_object(root: ObjectOf) -> Iterator[ObjectOf]:
    listed = root.get("value")
    if _is_template(root):
        yield root
    elif isinstance(listed, ListOf):
        yield from _resources(listed)
    else:
        yield from _in_rest_example(root)


def _in_rest_example(root: ObjectOf) -> Iterator[ObjectOf]:
    """The body of an example of the REST API: the request's, else that of its first answer with one."""
    parameters = root.get("parameters")
    body = parameters.get("parameters") if isinstance(parameters, ObjectOf) else None
    if isinstance(parameters, ObjectOf) and isinstance(body, ObjectOf) and _is_template(body):
        yield _with_version(body, parameters)
        return
    responses = root.get("responses")
    for entry in responses.entries if isinstance(responses, ObjectOf) else ():
        answer = entry.value.get("body") if isinstance(entry.value, ObjectOf) else None
        found = list(_resources(answer)) if answer is not None else []
        if found:
            yield from (_with_version(each, parameters) for each in found)
            return


def _with_version(body: ObjectOf, parameters: Value | None) -> ObjectOf:
    version = parameters.get("api-version") if isinstance(parameters, ObjectOf) else None
    if version is None or body.get("apiVersion") is not None:
        return body
    return ObjectOf((Entry(Literal("apiVersion", place=version.place), version), *body.entries), place=body.place)


def _is_template(value: ObjectOf) -> bool:
    kind = value.get("type")
    text = str(kind.value).lower() if isinstance(kind, Literal) else ""
    if text.startswith("microsoft.") or "/" in text:
        return is_image_template(text)
    properties = value.get("properties")
    inner = properties if isinstance(properties, ObjectOf) else value
    return isinstance(inner.get("source"), ObjectOf) or isinstance(inner.get("distribute"), ListOf)


def _nested_again(value: ObjectOf, keys: KeyNames) -> ObjectOf:
    """What `az image builder show` prints has the properties at its top; they go back where they belong."""
    if value.get("properties") is not None or not any(value.get(name) is not None for name in ("source", "distribute")):
        return value
    inner = tuple(entry for entry in value.entries if entry.name is not None and entry.name.lower() in keys.properties)
    rest = tuple(entry for entry in value.entries if entry not in inner)
    properties = ObjectOf(inner, place=value.place)
    return ObjectOf((*rest, Entry(Literal("properties", place=value.place), properties)), place=value.place)


def _text(value: ObjectOf, name: str) -> str:
    found = value.get(name)
    known = found.value if isinstance(found, Literal) and isinstance(found.value, str) else ""
    return "" if known.startswith("[") else known


def _refuse_parameters(given: Iterable[GivenValue], root: Value, findings: Findings) -> None:
    for each in given:
        message = f"The file is a bare resource, without the parameter {each.name}. Leave the value out."
        findings.add(deployment_codes.UNKNOWN_PARAMETER, message, place=each.value.place or root.place)


def _report_expressions(value: ObjectOf, findings: Findings) -> None:
    """A bare resource is not evaluated, so an expression in it is a string."""
    for part in walk(value):
        text = part.value if isinstance(part, Literal) else None
        if isinstance(text, str) and text.startswith("[") and text.endswith("]") and _is_call(text):
            message = (
                "Azure evaluates expressions in deployment templates only, so this one stays a string. Convert the deployment "
                "template, or write the value."
            )
            findings.add(deployment_codes.EXPRESSION_IN_RESOURCE, message, place=part.place)


def _is_call(text: str) -> bool:
    """Whether the text is a call of an ARM function."""
    from aib2packer.arm.functions.catalogue import find
    from aib2packer.arm.reader import read

    parsed = read(text)
    while isinstance(parsed, Access):
        parsed = parsed.base
    return isinstance(parsed, Call) and find(parsed.function) is not None


def _report_others(values: Iterable[Value], findings: Findings, *, is_beside: bool) -> None:
    """Names what is no image template; where nothing else is in the file, only a type that is misspelt."""
    for value in values:
        kind = value.get("type") if isinstance(value, ObjectOf) else None
        if not report_misspelt(kind, findings) and is_beside:
            what = f"A resource of the type {kind.value}" if isinstance(kind, Literal) else "A value that is no resource"
            message = f"{what} is also in the file. It is not converted."
            findings.add(deployment_codes.OTHER_RESOURCES, message, place=value.place)


def _report_none(root: Value, findings: Findings) -> None:
    schema = root.get("$schema") if isinstance(root, ObjectOf) else None
    is_not_deployed = any(found.code is deployment_codes.NOT_DEPLOYED for found in findings)
    if not is_not_deployed:  # nobody knows which texts of another file are secret
        findings.hide(*(each.place for each in walk(root) if isinstance(each, Literal)))
    if isinstance(schema, Literal) and "parameters.json" in str(schema.value).lower():
        message = "This is a parameter file, not a template. Pass it with -p, and convert its template."
    elif is_not_deployed:
        message = (
            "None of the file's image templates is deployed with these parameter values. Pass other values with -p or --set."
        )
    else:
        message = (root.place and advice_about(root.place.source)) or (
            "The file contains no image template. Pass the file with the resource Microsoft.VirtualMachineImages/imageTemplates."
        )
    findings.add(template_codes.NOT_AN_IMAGE_TEMPLATE, message, place=root.place)
