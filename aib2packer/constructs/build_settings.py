"""What a template says about the build as a whole: time, groups, tags, identity, errors, and what the service does around it.

Sources:
https://learn.microsoft.com/azure/virtual-machines/linux/image-builder-json#properties-buildtimeoutinminutes
https://learn.microsoft.com/azure/templates/microsoft.virtualmachineimages/imagetemplates
https://developer.hashicorp.com/packer/integrations/hashicorp/azure/latest/components/builder/arm
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from aib2packer.diagnostics.codes import distribute as distribute_codes
from aib2packer.diagnostics.codes import template as template_codes
from aib2packer.diagnostics.model import Fidelity, Severity
from aib2packer.hcl.nodes import Attribute, Expression, Pairs, raw, string
from aib2packer.hcl.printer import inline
from aib2packer.hcl.text import HclText
from aib2packer.ir.choices import Language, Option, Os
from aib2packer.ir.defaults import BUILD_MINUTES
from aib2packer.ir.outputs import GalleryOutput, Output
from aib2packer.ir.parts import ResourceId, Tags
from aib2packer.ir.template import ErrorHandling
from aib2packer.ir.text import holds_braces, known_text, label
from aib2packer.ir.values import Access, Call, Input, Kind, Literal, ObjectOf, Role, Value, joined, walk
from aib2packer.lowering.lowered import NOTHING, Lowered, differs, source_settings
from aib2packer.lowering.options import key_vault, with_extra_tags
from aib2packer.lowering.requirements import NeededRole, Requirement, contributor, group
from aib2packer.lowering.say import Say
from aib2packer.passes.inputs import now
from aib2packer.passes.outputs import loses_tags
from aib2packer.schema.fields import Fields
from aib2packer.schema.keys import Key, Shape, dropped, equivalent, exact, manual, nested, one_of, text, whole

_STATE = one_of("Enabled", "Disabled")


def _on_error_key(name: str) -> Key:
    return equivalent(
        name,
        one_of("cleanup", "abort"),
        "`packer build -on-error=abort`",
        service="`abort` keeps the VM and its network for inspection",
        project="does the same: the commands of the build have the option `-on-error=abort`",
        default="cleanup",
    )


ERROR_HANDLING = Shape(name="errorHandling", keys=(_on_error_key("onCustomizerError"), _on_error_key("onValidationError")))
AUTO_RUN = Shape(
    name="autoRun",
    keys=(
        manual(
            "state",
            _STATE,
            "none",
            service="starts the build when the template is created",
            project="builds when you or a pipeline start it",
            default="Disabled",
        ),
    ),
)
_VM_BOOT = Shape(
    name="vmBoot",
    keys=(
        dropped(
            "state", _STATE, service="makes VMs of the image start faster", project="has no such optimization", default="Disabled"
        ),
    ),
)
_WORKLOAD = Shape(
    name="workload",
    keys=(
        dropped(
            "state", _STATE, service="optimizes the image for a workload", project="has no such optimization", default="Disabled"
        ),
        dropped("scriptUri", text()),
        dropped("sha256Checksum", text()),
    ),
)
OPTIMIZE = Shape(
    name="optimize",
    keys=(
        dropped("vmBoot", nested(_VM_BOOT), since="2022-07-01", old_names=("vmboot",)),
        dropped("workload", nested(_WORKLOAD), since="2025-10-01"),
    ),
)
DATA_DISK = Shape(
    name="additionalDataDisk",
    keys=(exact("sizeGB", whole(0), "an item of `disk_additional_size`"),),
)


def read_error_handling(fields: Fields | None) -> ErrorHandling:
    """Whether the VM is kept after an error."""
    if fields is None:
        return ErrorHandling()
    return ErrorHandling(
        keep_after_customizer=fields.known_text("onCustomizerError") == "abort",
        keep_after_validation=fields.known_text("onValidationError") == "abort",
    )


_OPTIMIZATIONS = {
    "vmBoot": "VM boot optimization has no counterpart in Packer. VMs made from the image work, but start no faster.",
    "workload": "Workload optimization has no counterpart in Packer. The image is built without it.",
}


def read_optimize(fields: Fields | None) -> None:
    """A finding for each optimization that is switched on; Packer has none of them."""
    if fields is None:
        return
    for name, message in _OPTIMIZATIONS.items():
        part = fields.fields(name)
        if part is None:
            continue
        if name == "workload":
            part.take("scriptUri")
            part.take("sha256Checksum")
        if part.known_text("state") != "Disabled":
            fields.report_at(name, template_codes.NO_COUNTERPART, message)


def read_auto_run(fields: Fields | None) -> None:
    """A finding where the service would start the build."""
    if fields is not None and fields.known_text("state") == "Enabled":
        message = (
            "`autoRun` is Enabled, so Image Builder builds when the template is created. Start the build yourself, or use "
            "--pipeline."
        )
        fields.report_at("state", template_codes.BY_HAND, message)


def read_minutes(fields: Fields) -> Value | None:
    """The time limit of the build in minutes; None for the service's default, which 0 means too."""
    value = fields.take("buildTimeoutInMinutes")
    if isinstance(value, Literal) and isinstance(value.value, int) and 0 < value.value < 6:
        message = (
            f"`buildTimeoutInMinutes` is {value.value}, but Image Builder requires at least 6. It limits each Azure operation "
            "of Packer. Raise it."
        )
        fields.report_at("buildTimeoutInMinutes", template_codes.TIMEOUT_TOO_SHORT, message)
    return None if value == Literal(0) else value


def lower_limits(say: Say) -> Lowered:
    """Bounds each Azure operation by the build's time limit; Packer has none for the whole build."""
    minutes = say.template.build_minutes
    path = "properties.buildTimeoutInMinutes"
    limit = joined(_minutes(minutes, say), "m")
    known = known_text(limit)
    section = "buildTimeoutInMinutes (Image Builder's default): limits each Azure operation"
    if minutes is not None:
        section = "buildTimeoutInMinutes: limits each Azure operation; for the whole run see MIGRATION.md"
    value = string(known) if known is not None else say.rendered(limit, path)
    names = ["polling_duration_timeout"]
    if say.plan.one(GalleryOutput) in say.template.outputs:
        names.append("shared_image_gallery_timeout")
    bounds = source_settings(section, *(Attribute(name=name, value=value, origin=(path,)) for name in names))
    if minutes is None:
        return bounds
    whole = f"for the whole run, put `timeout {whole_run_minutes(say) or 'MINUTES'}m` before the command"
    if say.choices.languages[0] is Language.POWERSHELL:
        whole = "Windows has no command that limits the whole run, but a pipeline has a limit (`--pipeline`)"
    message = f"This time limits each Azure operation; {whole}."
    say.findings.add(template_codes.TIMEOUT_PER_OPERATION, message, place=minutes.place, path=path)
    ours = f"limits each Azure operation; {whole}"
    return bounds + differs(path, "ends the whole build after this time", ours, Fidelity.APPROXIMATE)


def whole_run_minutes(say: Say) -> int | None:
    """The time limit of the whole run in minutes, as it is foreseen; None where it depends on a value that is not given yet."""
    minutes = say.template.build_minutes
    known = say.resolver.preview(minutes) if minutes is not None else Literal(None)
    if not isinstance(known, Literal) or isinstance(known.value, str):
        return None
    return int(known.value or BUILD_MINUTES)


def _minutes(minutes: Value | None, say: Say) -> Value:
    """The time limit, or the default where it may be null or 0, which mean the default to the service."""
    default = Literal(BUILD_MINUTES)
    if minutes is None:
        return default
    if any(part == Literal(None) for part in walk(minutes)):
        return Call("coalesce", (minutes, default), place=minutes.place)
    usual = now(minutes, say.template)
    if usual == Literal(None):
        return Call("coalesce", (minutes, default), place=minutes.place)
    if usual == Literal(0):
        return Call("if", (Call("equals", (minutes, Literal(0))), default, minutes), place=minutes.place)
    return minutes


class BuildGroup(Struct, frozen=True, kw_only=True):
    """The group to build in: its expression, its name in the template or variable, and whether it may be null."""

    text: HclText
    name: Value
    may_be_null: bool = False


_GROUP = Input(
    name="build_resource_group_name",
    role=Role.OPTION,
    kind=Kind.TEXT,
    description="Existing resource group to build in; the build runs in its region.",
)


def lower_location(say: Say) -> Lowered:
    """The region to build in, or the group, whose region counts then."""
    path = "properties.stagingResourceGroup"
    group = build_group(say)
    location = say.rendered(say.template.location, "location")
    if group is None:
        return source_settings("location", Attribute(name="location", value=location, origin=("location",)))
    remark = "the build runs in its region"
    name = Attribute(name="build_resource_group_name", value=raw(group.text), origin=(path, "location"), remark=remark)
    either = raw(f"{group.text} == null ? {inline(location)} : null")
    region = Attribute(name="location", value=either, origin=("location",)) if group.may_be_null else None
    lowered = source_settings("location", name, region)
    if say.template.staging_group is None:
        return lowered + Lowered(inputs=(_GROUP,))
    if Option.BUILD_GROUP in say.choices.extras:
        message = "--with build-group adds nothing: the template names a stagingResourceGroup."
        say.findings.add(template_codes.OPTION_WITHOUT_USE, message)
    return lowered + differs(
        path,
        "creates the group if it does not exist, and empties it after the build",
        "requires an existing group, and deletes what it creates in it",
        Fidelity.EQUIVALENT,
    )


def build_group(say: Say) -> BuildGroup | None:
    """The group to build in; None where the template names none, and nobody asked for one (``--with build-group``)."""
    staging = say.template.staging_group
    if staging is not None:
        name = staging.resource_group
        text = HclText(inline(say.rendered(name, "properties.stagingResourceGroup")))
        if isinstance(name, Access):  # an id that is empty or null where the service is to choose
            return BuildGroup(text=HclText(f"try({text}, null)"), name=name, may_be_null=True)
        return BuildGroup(text=text, name=name)
    if not _asks_for_group(say):
        return None
    return BuildGroup(text=say.reference(_GROUP), name=_GROUP.reference)


def _asks_for_group(say: Say) -> bool:
    """Whether the build needs a group that exists: Packer looks for the key vault of a Windows build in the build's group."""
    extras = say.choices.extras
    return Option.BUILD_GROUP in extras or (Option.KEY_VAULT in extras and say.template.os is Os.WINDOWS)


def requirements(say: Say) -> Iterator[Requirement]:
    """The group to build in, or the right to make one; where an expression decides that, nothing can be said about it."""
    template, chosen = say.template, build_group(say)
    assert template.subscription is not None
    if chosen is None:
        yield NeededRole(name="Contributor", scope=joined("/subscriptions/", template.subscription), also=("Owner",))
    elif not chosen.may_be_null:
        here = ResourceId(subscription=template.subscription, resource_group=chosen.name, names=(), whole=chosen.name)
        yield group(here, template.location)
        yield contributor(here)
        yield from key_vault(chosen.name, say)


def lower_tags(outputs: tuple[Output, ...], say: Say) -> Lowered:
    """One set of tags for the build's resources and the outputs; an output's own value wins, the last one's where they differ.

    Not those of a VHD: they would be set on everything but the blob.
    """
    given = [(say.template.resource_tags, "properties.managedResourceTags")]
    given += [(output.tags, f"{output.path}.artifactTags") for output in outputs if output.takes_tags]
    known = [(key, value, path) for tags, path in given if isinstance(tags, tuple) for key, value in tags]
    origins = tuple(dict.fromkeys(path for _, _, path in known))
    tags = with_extra_tags(_merged(given, say), say)
    _check_tags(known, _given_back(outputs), say)
    return source_settings("tags", Attribute(name="azure_tags", value=tags, origin=origins)) if tags is not None else NOTHING


def _given_back(outputs: tuple[Output, ...]) -> frozenset[str]:
    """The outputs that az gives their own tags back after the build."""
    return frozenset(f"{output.path}.artifactTags" for output in outputs if loses_tags(output, outputs))


def _merged(given: Sequence[tuple[Tags, str]], say: Say) -> Expression | None:
    """All tags, the later over the earlier: known ones side by side as one object, live ones between them."""
    parts: list[Expression] = []
    names: dict[str, tuple[HclText, Expression]] = {}
    for tags, path in given:
        if isinstance(tags, tuple):
            names |= {_name_of_tag(key): (say.key(key, path), _tag_value(key, value, path, say)) for key, value in tags}
        else:
            parts += [*([Pairs(tuple(names.values()))] if names else []), say.rendered(tags, path)]
            names = {}
    parts += [Pairs(tuple(names.values()))] if names else []
    once = [part for number, part in enumerate(parts) if part not in parts[number + 1 :]]
    if len(once) > 1:
        return raw(f"merge({', '.join(map(inline, once))})")
    return once[0] if once else None


def _tag_value(key: Value, value: Value, path: str, say: Say) -> Expression:
    """Packer does not render the value of a tag whose name it has to render, as the plugin's own build shows."""
    return say.plain(value, path) if holds_braces(key) else say.rendered(value, path)


def _name_of_tag(key: Value) -> str:
    """Azure takes names of tags for the same whatever their case."""
    return (known_text(key) or str(key)).lower()


def _check_tags(known: Sequence[tuple[Value, Value, str]], given_back: frozenset[str], say: Say) -> None:
    last = {_name_of_tag(key): (key, value, path) for key, value, path in known}
    conflicting = {name for key, value, path in known if path not in given_back and last[name := _name_of_tag(key)][1] != value}
    for name, (key, value, path) in last.items():
        if name in conflicting:
            message = f'The tag "{known_text(key)}" has two values. This one is used for all resources and outputs.'
            say.findings.add(template_codes.TAG_CONFLICT, message, place=value.place, path=path)
        if _too_long(key, 512) or _too_long(value, 256):
            message = (
                f'The tag "{label(key)[:40]}" is too long. Azure allows 512 characters for its name and 256 for its '
                "value. Shorten it."
            )
            say.findings.add(template_codes.TOO_MANY_TAGS, message, place=value.place, path=path)
        _check_brackets(key, value, path, say)
    if len(last) > 50:
        message = f"There are {len(last)} tags, but Azure allows 50. Remove some."
        say.findings.add(template_codes.TOO_MANY_TAGS, message, path=known[0][2])


def _check_brackets(key: Value, value: Value, path: str, say: Say) -> None:
    """Names and values of tags stand in the deployment that Packer makes the VM with, and are evaluated there."""
    for each, what in ((key, "The name of the tag"), (value, f'The value of the tag "{label(key)[:40]}"')):
        text = known_text(each if isinstance(each, Literal) else say.resolver.preview(each)) or ""
        if not text.startswith("[") or not text.endswith("]"):
            continue
        message = f"{what} is in brackets ({text[:40]}), so Azure would evaluate it as an expression"
        end, severity = (
            (". Remove the brackets.", None)
            if isinstance(each, Literal)
            else (" with the current values. Use other values.", Severity.WARNING)
        )
        say.findings.add(
            distribute_codes.TAG_TAKEN_FOR_EXPRESSION, message + end, place=value.place, path=path, severity=severity
        )


def _too_long(value: Value, limit: int) -> bool:
    known = known_text(value)
    return known is not None and len(known) > limit


def report_errors(say: Say) -> None:
    """The command-line option that keeps the VM after an error."""
    if say.template.errors.keep_after_customizer:
        message = (
            "`onCustomizerError` is abort, so the commands of the build have `-on-error=abort`. Delete the VM yourself after an "
            "error."
        )
        say.findings.add(template_codes.BY_HAND, message, path="properties.errorHandling.onCustomizerError")


def identity_ids(fields: Fields) -> tuple[Value, ...]:
    """The template's own identities: the service's, not the build VM's."""
    value = fields.take("userAssignedIdentities")
    fields.take("type")
    ids = tuple(entry.key for entry in value.entries) if isinstance(value, ObjectOf) else ()
    if len(ids) > 1:
        message = (
            "The template has more than one identity, and Image Builder supports one. The account that runs Packer needs its "
            "rights."
        )
        fields.report_at("userAssignedIdentities", template_codes.MORE_IDENTITIES, message)
    return ids
