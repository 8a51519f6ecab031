"""The fetch scripts: what the template names by its address, downloaded into the project before the build.

What is only known at build time comes from the environment variables that Packer reads too (``PKR_VAR_name``).
"""

from __future__ import annotations

from dataclasses import dataclass

from aib2packer.constructs.distribution import Passed, Word
from aib2packer.constructs.project import Fetched, Project, Script
from aib2packer.constructs.vm_downloads import BLOB_SUFFIXES
from aib2packer.diagnostics import construct_codes as codes
from aib2packer.emitters.script_inputs import ScriptInputs
from aib2packer.emitters.script_languages import LANGUAGES, Language, own_script
from aib2packer.hcl.names import legal_name, snake_case
from aib2packer.ir.values import Joined, Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    """A file to fetch: its address, its name in ``scripts``, and the sha256 it must have."""

    address: Word
    name: str
    sha256: str | None

    def said_in(self, language: Language) -> str:
        """The words of the call that fetches it."""
        return " ".join(
            (
                language.quoted(self.address),
                language.word((self.name,)),
                *([language.word((self.sha256,))] if self.sha256 else []),
            )
        )


def fetch_scripts(project: Project) -> tuple[Script, ...]:
    """``fetch.sh`` and ``fetch.ps1``; none where nothing is downloaded."""
    inputs = ScriptInputs(project)
    files = [_File(address=_address(each, project, inputs), name=each.file, sha256=each.sha256) for each in project.downloads]
    project.fetch_needs = inputs.needed
    if not files:
        return ()
    plain_http = any(_is_plain_http(each) for each in project.downloads)
    values: dict[str, object] = {"plain_http": plain_http, "blob_suffixes": BLOB_SUFFIXES, "blob_pattern": blob_pattern()}
    return tuple(
        own_script(
            f"scripts/fetch{language.suffix}",
            f"fetch{language.suffix}.j2",
            {**values, "files": [each.said_in(language) for each in files], **inputs.values(language)},
        )
        for language in LANGUAGES
    )


def blob_pattern() -> str:
    """The hosts of blobs as a regular expression of PowerShell."""
    return "|".join(BLOB_SUFFIXES).replace(".", "\\.")


def _is_plain_http(each: Fetched) -> bool:
    first = each.address.parts[0] if isinstance(each.address, Joined) else each.address
    return isinstance(first, Literal) and str(first.value).lower().startswith("http:")


def _address(each: Fetched, project: Project, inputs: ScriptInputs) -> Word:
    """Texts and inputs that make up the address; anything else has to be settled now."""
    if project.holds_signature(each.address):
        return (_secret_address(each, project, inputs),)
    address = inputs.word(each.address)
    if address is None:
        settled = project.settling.settle(each.address, each.path)
        address = (str(settled.value),) if isinstance(settled, Literal) else (_computed(each, project, inputs),)
    if each.signature is not None:
        what = f"the shared access signature for {each.file}, without its question mark"
        return (*address, "?", inputs.ask(each.signature, what))
    return address


def _secret_address(each: Fetched, project: Project, inputs: ScriptInputs) -> Passed:
    """An address that a person has to give, because the template computes it from one with a shared access signature."""
    name = _address_variable(each)
    message = (
        f"The address of {each.file} is computed from a shared access signature, which is not written into the project: set {name} "
        "to it before you run the fetch script."
    )
    project.find(codes.SECRET_ADDRESS, message, path=each.path)
    project.task(f"Set `{name}` to the address of `{each.file}` before you fetch: a shared access signature is part of it")
    return inputs.ask(name, f"the address of {each.file}, with its shared access signature")


def _address_variable(each: Fetched) -> str:
    return f"{legal_name(snake_case(each.file)).upper()}_URL"


def _computed(each: Fetched, project: Project, inputs: ScriptInputs) -> Passed:
    """An address that a person has to give, because the template computes it."""
    name = _address_variable(each)
    message = f"The address of {each.file} is the result of an expression: set {name} to it before you run the fetch script."
    project.find(codes.LIVE_ADDRESS, message, place=each.address.place, path=each.path)
    project.task(f"Set `{name}` to the address of `{each.file}` before you fetch: the template computes it")
    return inputs.ask(name, f"the address of {each.file}, which the template computes")
