"""What lies beside image templates: files of a folder that hold none, told by their bytes, and the parameter file of a template."""

from __future__ import annotations

import re
from pathlib import Path

from aib2packer.source.readers import JSON, by_suffix, without_suffix

PARAMETER_SUFFIXES = (".parameters.json", ".bicepparam")
_OTHER = "other file"

_MAY_BE = rb"(?i)virtualmachineimages|\\u00|[\"']?\b(?:source|distribute)\b[\"']?\s*:"
_TYPED = rb"(?i)[\"']?type[\"']?\s*:\s*[\"']?microsoft\.virtualmachineimages(?:\\?/imagetemplates)?(?![\w/])"
_PRINTED = rb"(?i)azure-native(?::\w+)*:virtualmachineimages"
_DECLARES = rb'(?i)"parameters"\s*:\s*\{\s*"'
_OF_PARAMETERS = rb"(?i)deploymentparameters\.json"


def may_hold_template(name: str, data: bytes) -> bool:
    """Whether a file has any of the words that every image template has; one of another form than JSON always may.

    >>> may_hold_template("package.json", b'{"name": "web"}'), may_hold_template("a.json", b'{"source": {}}')
    (False, True)
    """
    return by_suffix(name) is not JSON or re.search(_MAY_BE, _plain(data)) is not None


def is_clearly_template(name: str, data: bytes) -> bool:
    """Whether a file is meant to be an image template, also where it cannot be read.

    >>> is_clearly_template("a.json", b'{type: "Microsoft.VirtualMachineImages/imageTemplates",,}')
    True
    >>> is_clearly_template("a.json", b'{"properties": {"source": {"type": "string"}}}')
    False
    """
    if by_suffix(name) is not JSON:
        return True
    text = _plain(data)
    return any(re.search(each, text) for each in (_TYPED, _PRINTED)) or (
        _has_key(text, b"source") and (_has_key(text, b"distribute|customize"))
    )


def kind_of(name: str, data: bytes = b"") -> str:
    """What a file is that holds no image template, in words.

    >>> [kind_of(name) for name in ("a.json", "a.parameters.json", "main.tf", "a.bicep", "README")]
    ['other JSON file', 'parameter file', 'other Terraform file', 'other Bicep file', 'other file']
    """
    if name.lower().endswith(PARAMETER_SUFFIXES) or re.search(_OF_PARAMETERS, data) is not None:
        return "parameter file"
    reader = by_suffix(name)
    if reader is not None:
        return f"other {reader.name} file"
    suffix = Path(name).suffix.lower()
    return f"{suffix} file" if suffix in (".tfvars", ".tftpl", ".yml", ".yaml") else _OTHER


def parameter_file_beside(template: Path, data: bytes) -> Path | None:
    """The parameter file that lies beside a template with parameters, by its name."""
    if re.search(_DECLARES, data) is None:
        return None
    stem = without_suffix(template.name)
    names = [f"{stem}{suffix}" for suffix in PARAMETER_SUFFIXES]
    if stem.lower() == "template":
        names.append("parameters.json")
    found = next((path for name in names if (path := template.with_name(name)).is_file()), None)
    of_folder = template.with_name("azuredeploy.parameters.json")
    return of_folder if found is None and of_folder.is_file() and _is_alone(template) else found


def _is_alone(template: Path) -> bool:
    """Whether a template is the only one in its folder, as far as names tell."""
    return all(
        path.name == template.name or kind_of(path.name) == "parameter file" or by_suffix(path.name) is None
        for path in template.parent.iterdir()
    )


def _has_key(text: bytes, names: bytes) -> bool:
    return re.search(rb"[\"']?\b(?:" + names + rb")\b[\"']?\s*:", text, re.IGNORECASE) is not None


def _plain(data: bytes) -> bytes:
    """The bytes of a text in any encoding, as far as they are ASCII."""
    return data.replace(b"\0", b"") if b"\0" in data[:200] else data
