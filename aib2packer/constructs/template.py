"""The image template as a whole: its envelope and properties, read into the IR.

Source: https://learn.microsoft.com/azure/templates/microsoft.virtualmachineimages/imagetemplates
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from aib2packer.constructs import build_settings, vm_profile
from aib2packer.constructs.normalize import in_todays_spelling
from aib2packer.constructs.output_keys import name_text
from aib2packer.constructs.registry import find, oses_of
from aib2packer.constructs.shape_check import check_shape
from aib2packer.diagnostics.codes import customize as customize_codes
from aib2packer.diagnostics.codes import distribute as distribute_codes
from aib2packer.diagnostics.codes import template as template_codes
from aib2packer.diagnostics.codes.shape import MISSING_KEY
from aib2packer.ir.choices import Os
from aib2packer.ir.clouds import Cloud
from aib2packer.ir.outputs import Output
from aib2packer.ir.parts import Part, Step
from aib2packer.ir.sources import AskedImage, Source
from aib2packer.ir.template import Checks, ImageTemplate, Machine
from aib2packer.ir.text import known_text
from aib2packer.ir.values import Call, Input, ListOf, Literal, ObjectOf, Value
from aib2packer.passes.cloud_check import check_one_cloud
from aib2packer.passes.operating_system import tell_os
from aib2packer.passes.subscription import with_subscription
from aib2packer.schema.fields import Fields, Reading
from aib2packer.schema.keys import (
    Group,
    Key,
    Shape,
    anything,
    approximate,
    dropped,
    equivalent,
    exact,
    flag,
    manual,
    member,
    nested,
    one_of,
    open_object,
    text,
    text_map,
    whole,
)
from aib2packer.schema.resource_ids import RESOURCE_GROUP, read_id


def _no_matter(name: str, what: str, since: str = "2018-02-01-preview") -> Key:
    """A key of the envelope that does not affect the image."""
    return dropped(
        name,
        anything(),
        service=what,
        project="does not affect the image",
        since=since,
        finding=template_codes.NOT_ABOUT_THE_IMAGE,
    )


VALIDATE = Shape(
    name="validate",
    keys=(
        equivalent("inVMValidations", member(Group.VALIDATOR, many=True), "`provisioner` blocks of the second project, in order"),
        approximate("continueDistributeOnFailure", flag(), "order of the stages in `run.sh`", default=True),
        equivalent("sourceValidationOnly", flag(), "the source image of the second project"),
    ),
)
IDENTITY = Shape(
    name="identity",
    keys=(
        manual("type", one_of("UserAssigned", "None"), "none"),
        manual(
            "userAssignedIdentities",
            open_object(),
            "the account that runs Packer",
            service="works with this identity's rights",
            project="works with the rights of the account that runs Packer",
        ),
        _no_matter("principalId", "filled in by Azure"),
        _no_matter("tenantId", "filled in by Azure"),
    ),
)
PROPERTIES = Shape(
    name="properties",
    keys=(
        exact("source", member(Group.SOURCE), "the source image of the block", required=True),
        exact("customize", member(Group.STEP, many=True), "`provisioner` blocks, in order"),
        exact("distribute", member(Group.OUTPUT, many=True), "settings of the source block, and `manifest.json`"),
        approximate("validate", nested(VALIDATE), "`validate/`: a second project, which keeps no image", since="2022-02-14"),
        exact("vmProfile", nested(vm_profile.SHAPE), "the build VM"),
        approximate(
            "buildTimeoutInMinutes",
            whole(0, 960),
            "`polling_duration_timeout`, `shared_image_gallery_timeout`",
            service="ends the whole build after this time",
            project="limits each Azure operation; `timeout` limits the whole run",
        ),
        equivalent("stagingResourceGroup", text(), "`build_resource_group_name`, as a variable", since="2022-02-14"),
        manual("errorHandling", nested(build_settings.ERROR_HANDLING), "`packer build -on-error=...`", since="2023-07-01"),
        manual("autoRun", nested(build_settings.AUTO_RUN), "none", since="2024-02-01"),
        approximate(
            "managedResourceTags",
            text_map(),
            "`azure_tags`",
            service="tags the resources of the build only",
            project="puts one set of tags on the resources of the build and on every output",
            since="2024-02-01",
        ),
        dropped("optimize", nested(build_settings.OPTIMIZE), since="2022-07-01"),
        exact("additionalDataDisks", nested(build_settings.DATA_DISK, many=True), "`disk_additional_size`", since="2025-10-01"),
        dropped(
            "build",
            anything(),
            service="appears in templates of 2019, undocumented",
            project="never had a documented meaning",
            finding=template_codes.NOT_ABOUT_THE_IMAGE,
        ),
        _no_matter("provisioningState", "filled in by the service"),
        _no_matter("provisioningError", "filled in by the service"),
        _no_matter("lastRunStatus", "filled in by the service"),
        _no_matter("exactStagingResourceGroup", "filled in by the service", "2022-02-14"),
    ),
)
TEMPLATE = Shape(
    name="image template",
    keys=(
        exact("type", text(), "(resource type)"),
        exact("apiVersion", text(), "strictness of the checks"),
        exact("name", name_text(), "title of MIGRATION.md"),
        exact("location", text(), "`location`", required=True),
        dropped(
            "tags",
            text_map(),
            service="tags the template resource",
            project="has no counterpart; the image's tags come from `artifactTags`",
            finding=template_codes.NOT_ABOUT_THE_IMAGE,
        ),
        manual(
            "identity",
            nested(IDENTITY),
            "the account that runs Packer",
            service="works with this identity's rights",
            project="works with the rights of the account that runs Packer",
        ),
        exact("properties", nested(PROPERTIES), "the project", required=True),
        _no_matter("dependsOn", "orders the deployment"),
        _no_matter("condition", "decides whether a deployment creates the template"),
        _no_matter("copy", "creates several templates from one"),
        _no_matter("scope", "decides where a deployment creates the template"),
        _no_matter("zones", "has no meaning for image templates"),
        _no_matter("comments", "a remark"),
        _no_matter("metadata", "a remark"),
        dropped(
            "resources",
            anything(),
            service="starts a build when the source image has a new version (triggers)",
            project="has no counterpart; start the build yourself, or use --pipeline for a schedule",
            since="2022-07-01",
            finding=template_codes.NO_COUNTERPART,
        ),
        _no_matter("id", "filled in by Azure"),
        _no_matter("systemData", "filled in by Azure"),
        _no_matter("resourceGroup", "filled in by az"),
        _no_matter("kind", "filled in by Azure"),
        _no_matter("managedBy", "filled in by Azure"),
        _no_matter("plan", "filled in by Azure"),
        _no_matter("sku", "filled in by Azure"),
        _no_matter("extendedLocation", "filled in by Azure"),
        _no_matter("etag", "filled in by Azure"),
    ),
)


class Given(Struct, frozen=True, kw_only=True):
    """What is known about a template from outside of it: its name, its file, the system asked for, its cloud, and its inputs."""

    name: str
    file: str
    os: Os | None
    cloud: Cloud
    inputs: tuple[Input, ...] = ()


def read_template(value: ObjectOf, given: Given, reading: Reading) -> ImageTemplate | None:
    """Reads an image template resource; None where findings refuse it. Everything is looked at before it is refused."""
    spelt = in_todays_spelling(value, nested(TEMPLATE), "", reading)
    assert isinstance(spelt, ObjectOf)
    check_shape(spelt, TEMPLATE, reading)
    fields = Fields(spelt, TEMPLATE, "", reading)
    fields.take("type")
    fields.take("apiVersion")
    location = fields.text("location")
    reading.location = location if not isinstance(location, Literal) or known_text(location) is not None else None
    given = replace(given, name=known_text(fields.text("name")) or given.name)
    identity = fields.fields("identity")
    identities = build_settings.identity_ids(identity) if identity is not None else ()
    properties = fields.fields("properties")
    if location is None and spelt.get("location") is not None:
        fields.report_at("location", MISSING_KEY, "`location` is empty. Write the region.")
    if properties is None:
        return None
    template = _read_properties(properties, identities, given)
    return template if location is not None else None


def _read_properties(fields: Fields, identities: tuple[Value, ...], given: Given) -> ImageTemplate | None:
    reading = fields.reading
    source = _source(fields)
    steps = _steps(fields, "customize", Group.STEP)
    checks = _checks(fields.fields("validate"))
    outputs = _outputs(fields)
    machine = _machine(fields)
    errors = build_settings.read_error_handling(fields.fields("errorHandling"))
    build_settings.read_optimize(fields.fields("optimize"))
    build_settings.read_auto_run(fields.fields("autoRun"))
    staging = read_id(fields, "stagingResourceGroup", RESOURCE_GROUP)
    minutes = build_settings.read_minutes(fields)
    tags = fields.pairs("managedResourceTags")
    os = tell_os(source, outputs, oses_of((*steps, *(checks.steps if checks else ()))), given.os, reading)
    if source is None or os is None:
        return None
    template = ImageTemplate(
        name=given.name,
        api_version=reading.version,
        os=os,
        cloud=given.cloud,
        file=given.file,
        location=reading.location or Literal(""),
        source=source,
        machine=machine,
        steps=steps,
        outputs=outputs,
        checks=checks,
        build_minutes=minutes,
        staging_group=staging,
        resource_tags=tags,
        errors=errors,
        identities=identities,
        subscription=None,
        inputs=given.inputs,
        locals=reading.resolver.definitions(),
    )
    check_one_cloud(template, reading)
    return with_subscription(template)


def _machine(fields: Fields) -> Machine:
    disks = (Fields(value, build_settings.DATA_DISK, path, fields.reading) for value, path in fields.each("additionalDataDisks"))
    sizes = tuple(size for disk in disks if (size := disk.take("sizeGB")) is not None)
    return replace(vm_profile.read_machine(fields.fields("vmProfile")), data_disks_gb=sizes)


def _source(fields: Fields) -> Source | None:
    sources = (part for part in _members(fields, "source", Group.SOURCE) if isinstance(part, Source))
    return next(sources, None) or _asked_source(fields)


def _outputs(fields: Fields) -> tuple[Output, ...]:
    outputs = tuple(part for part in _members(fields, "distribute", Group.OUTPUT) if isinstance(part, Output))
    _check_output_names(outputs, fields.reading)
    return outputs


def _members(fields: Fields, name: str, group: Group) -> list[Part]:
    """The members of a list (or the one member of a key) that their constructs could read."""
    return [part for value, path in _objects(fields, name) if (part := _member(value, path, group, fields.reading)) is not None]


def _asked_source(fields: Fields) -> AskedImage | None:
    """A source that is live as a whole and could not be resolved; a finding has said so already."""
    value = fields.take("source")
    if value is None or isinstance(value, ObjectOf | Literal | ListOf):
        return None
    return AskedImage(path=fields.path_of("source"), place=value.place)


def _checks(fields: Fields | None) -> Checks | None:
    """The validators; None where there are none to run."""
    if fields is None:
        return None
    anyway, source_only = fields.known_flag("continueDistributeOnFailure"), fields.known_flag("sourceValidationOnly")
    steps = _steps(fields, "inVMValidations", Group.VALIDATOR)
    if not steps:
        return None
    return Checks(path=fields.path, place=fields.place, steps=steps, distribute_anyway=anyway, source_only=source_only)


def _steps(fields: Fields, name: str, group: Group) -> tuple[Step, ...]:
    """The steps, those that depend on a condition with it."""
    steps: list[Step] = []
    for value, path, condition in fields.each_if(name):
        part = _member(value, path, group, fields.reading)
        if isinstance(part, Step):
            steps.append(part if condition is None else replace(part, when=condition))
    _check_step_names(steps, fields.reading)
    return tuple(steps)


def _member(value: ObjectOf, path: str, group: Group, reading: Reading) -> Part | None:
    type_name = known_text(value.get("type"))
    construct = find(group, type_name) if type_name else None
    if construct is None:
        return None
    fields = Fields(value, construct.shape, path, reading)
    fields.take("type")
    return construct.read(fields)


def _objects(fields: Fields, name: str) -> Sequence[tuple[ObjectOf, str]]:
    value = fields.take(name)
    if isinstance(value, ListOf):
        return fields.each(name)
    return [(value, fields.path_of(name))] if isinstance(value, ObjectOf) else []


def _check_step_names(steps: Iterable[Step], reading: Reading) -> None:
    seen: dict[str, list[Step]] = {}
    for step in steps:
        name = known_text(step.name)
        if name is None:
            continue
        other = next((each for each in seen.get(name, ()) if not _never_both(each, step)), None)
        if other is not None:
            message = (
                f'Step name "{name}" is already used by {other.path}. Rename one, so that the build log can distinguish them.'
            )
            reading.findings.add(customize_codes.DUPLICATE_NAME, message, place=step.place, path=step.path)
        seen.setdefault(name, []).append(step)


def _never_both(one: Step, other: Step) -> bool:
    """Whether what one step depends on is the contrary of what the other one does."""
    these, those = _conditions(one.when), _conditions(other.when)
    return any(_is_contrary(each, another) or _is_contrary(another, each) for each in these for another in those)


def _is_contrary(condition: Value, of: Value) -> bool:
    return condition == Call("not", (of,))


def _conditions(when: Value | None) -> tuple[Value, ...]:
    if isinstance(when, Call) and when.function == "and":
        return tuple(each for part in when.arguments for each in _conditions(part))
    return (when,) if when is not None else ()


def _check_output_names(outputs: tuple[Output, ...], reading: Reading) -> None:
    seen: dict[str, Output] = {}
    for output in outputs:
        name = known_text(output.name)
        if name is not None and name.lower() in seen:
            message = f'The runOutputName "{name}" is already used by {seen[name.lower()].path}. Rename one.'
            reading.findings.add(distribute_codes.DUPLICATE_OUTPUT, message, place=output.place, path=output.path)
        if name is not None:
            seen.setdefault(name.lower(), output)
