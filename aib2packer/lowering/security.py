"""Security of the build VM: Azure takes a gallery version from a VM only if both have the security type of the image definition.

Sources: lowering/FACTS.md 3 (the image on the way) and 4 (what goes with what)
https://developer.hashicorp.com/packer/integrations/hashicorp/azure/latest/components/builder/arm
"""

from __future__ import annotations

from collections.abc import Sequence

from aib2packer.diagnostics.codes import distribute as distribute_codes
from aib2packer.diagnostics.codes import template as template_codes
from aib2packer.hcl.nodes import Attribute, raw, string
from aib2packer.ir.choices import Option
from aib2packer.ir.outputs import DiskFileOutput, GalleryOutput, ManagedImageOutput, Output, Security
from aib2packer.ir.text import known_text, label
from aib2packer.ir.values import Literal
from aib2packer.lowering.commands import shown, typed
from aib2packer.lowering.lowered import NOTHING, Lowered, source_settings
from aib2packer.lowering.requirements import Command, in_gallery
from aib2packer.lowering.say import Say
from aib2packer.passes.machine_sizes import default_size, generation_of, is_confidential

_ASKED = {
    Option.TRUSTED_LAUNCH: Security.TRUSTED_LAUNCH,
    Option.TRUSTED_LAUNCH_SUPPORTED: Security.TRUSTED_LAUNCH_SUPPORTED,
}
_OF_VM = (Security.TRUSTED_LAUNCH, Security.CONFIDENTIAL)
"""What the VM must be as well."""
_IMAGE_FIRST = frozenset(Security) - {*_OF_VM, Security.STANDARD}
"""Azure accepts versions of these definitions from a managed image or a VHD only."""
_NO_SOURCE: dict[Security, tuple[type[Output], ...]] = {
    Security.TRUSTED_LAUNCH: (ManagedImageOutput,),
    Security.CONFIDENTIAL: (ManagedImageOutput, DiskFileOutput),
}
"""What Azure, or the plugin, does not make of such a VM."""


def security_of(output: Output | None, say: Say) -> Security | None:
    """The security type of an output's definition: by the file, as asked for, or by the VM size; None where nothing tells."""
    if not isinstance(output, GalleryOutput):
        return None
    if output.made is not None:
        return output.made.security
    asked = next((security for option, security in _ASKED.items() if option in say.choices.extras), None)
    return asked or (Security.CONFIDENTIAL if _has_confidential_size(say) else None)


def why_image_first(native: Sequence[Output], say: Say) -> str:
    """Why a managed image is made on the way to the outputs of the build VM; empty where none is needed."""
    for output in native:
        security = security_of(output, say)
        if security in _IMAGE_FIRST:
            return f"Azure makes no {security} version from a VM"
    return "the plugin requires one if the source is one" if say.template.source.managed_image is not None else ""


def suited(security: Security, say: Say) -> tuple[str, ...]:
    """The security types of definitions that take a version which is meant for one: from a managed image, each but those of a VM."""
    from_image = tuple(each.value for each in Security if each not in _OF_VM)
    native = say.plan.native
    has_image = any(each.home is not None for each in native) or why_image_first(native, say)
    return from_image if has_image and security in from_image else (security.value,)


def lower_security(output: Output | None, say: Say) -> Lowered:
    """The settings that the image definition of a gallery version wants of a VM, and that a VM made from the version needs."""
    security = security_of(output, say)
    if security not in _OF_VM:
        return NOTHING
    on = (Attribute(name=name, value=raw("true")) for name in ("secure_boot_enabled", "vtpm_enabled"))
    section = "security type of the image definition"
    return source_settings(section, Attribute(name="security_type", value=string(security.value)), *on)


def report_security(native: Sequence[Output], say: Say) -> None:
    """What is unknown about the security type of the image definition, and what does not go with it."""
    output = next((each for each in native if isinstance(each, GalleryOutput)), None)
    _report_unused(output, say)
    security = security_of(output, say)
    if _has_confidential_size(say):
        _report_size(output, security, say)
    has_image = any(each.home is not None for each in native)
    if output is not None and security is None and not has_image:  # versions that come from an image suit all but TrustedLaunch
        _report_unknown(output, say)
    if output is not None and security in _OF_VM:
        _report_conflicts(output, security, native, say)


def _has_confidential_size(say: Say) -> bool:
    return is_confidential(_size(say))


def _size(say: Say) -> str:
    size = say.template.machine.size
    if size is None:
        return default_size(say.template)[0]
    return known_text(size if isinstance(size, Literal) else say.resolver.preview(size)) or ""


def _report_size(output: GalleryOutput | None, security: Security | None, say: Say) -> None:
    """A confidential size starts no other VM."""
    if output is not None and output.made is not None:
        if security is Security.CONFIDENTIAL:
            return
        rest = f"The image definition {_name(output, say)} is of the type {output.made.security}. Choose another vmSize."
    elif output is not None and security is Security.CONFIDENTIAL:
        rest = (
            f"security_type is set to ConfidentialVM, and the image definition {_name(output, say)} must have that security "
            f"type. Look it up: `{_look(output, say)}`. If it has another, choose another vmSize."
        )
    else:
        rest = "Azure makes neither a managed image nor a VHD of one. Choose another vmSize."
    message = f"{_size(say)} starts confidential VMs only. {rest}"
    say.findings.add(distribute_codes.CONFIDENTIAL_SIZE, message, path="properties.vmProfile.vmSize")


def _report_unknown(output: GalleryOutput, say: Say) -> None:
    """Definitions of Gen1 images have no security type."""
    if generation_of(say.template) == "V1":
        return
    message = (
        f"Look up the security type of the image definition {_name(output, say)}: `{_look(output, say)}`. "
        "TrustedLaunchSupported (az's default): convert with --with trusted-launch-supported. TrustedLaunch: --with "
        "trusted-launch. None: nothing to do."
    )
    say.findings.add(distribute_codes.SECURITY_UNKNOWN, message, place=output.place, path=f"{output.path}.galleryImageId")


def _report_conflicts(output: GalleryOutput, security: Security, native: Sequence[Output], say: Say) -> None:
    for other in native:
        if isinstance(other, _NO_SOURCE[security]):
            message = (
                f"The gallery version `{label(output.name)}` needs a VM of the security type {security}, but Azure does not "
                f"make `{label(other.name)}` from such a VM. Remove one of the two outputs."
            )
            say.find_in(distribute_codes.SECURITY_CONFLICT, message, other)


def _report_unused(output: GalleryOutput | None, say: Say) -> None:
    for option in _ASKED:
        if option not in say.choices.extras:
            continue
        if output is None:
            message = f"--with {option.value} adds nothing: Packer publishes no gallery version."
            say.findings.add(template_codes.OPTION_WITHOUT_USE, message)
        elif output.made is not None:
            message = f"--with {option.value} adds nothing: the template sets the security type {output.made.security.value}."
            say.findings.add(template_codes.OPTION_WITHOUT_USE, message)


def _name(output: GalleryOutput, say: Say) -> str:
    gallery, image = output.definition.names
    return shown((gallery, "/", image), say)


def _look(output: GalleryOutput, say: Say) -> str:
    words: Command = ("sig", "image-definition", "show", *in_gallery(output.definition), "--query", "features")
    return typed(words, say)
