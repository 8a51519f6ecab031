"""The distribute scripts: the outputs that one build VM does not make by itself, made with az after the build.

Source: packer-mapping 2.3. What only Packer knows comes from its environment_vars; every text of a template is quoted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from aib2packer.constructs.distribution import Distribution, Made, Target, Word
from aib2packer.constructs.project import Project, Script
from aib2packer.emitters.script_languages import POWERSHELL, SHELL, Language, own_script

SHELL_SCRIPT, POWERSHELL_SCRIPT = "scripts/distribute.sh", "scripts/distribute.ps1"


def distribute_scripts(project: Project) -> tuple[Script, ...]:
    """``distribute.sh`` and ``distribute.ps1``; none where the build VM makes every output by itself."""
    if not project.distribution.targets:
        return ()
    return tuple(
        own_script(path, f"{path.removeprefix('scripts/')}.j2", _values(project, language, call))
        for path, language, call in ((SHELL_SCRIPT, SHELL, _shell_call), (POWERSHELL_SCRIPT, POWERSHELL, _powershell_call))
    )


def _values(project: Project, language: Language, call: Callable[[Made | Target], str]) -> dict[str, object]:
    distribution = project.distribution
    return {
        "storage": project.template.cloud.storage,
        "needs": distribution.needs,
        "needs_disk": distribution.makes_disks,
        "needs_copy": distribution.copies_blobs,
        "variables": language.words((name,) for name in distribution.live) if language is POWERSHELL else list(distribution.live),
        "secrets": list(distribution.secrets),
        "facts": [(name, language.quoted(value)) for name, value in distribution.facts.items()],
        "calls": [call(each) for each in _in_order(distribution)],
    }


def _in_order(distribution: Distribution) -> list[Made | Target]:
    """In the template's order; an output that is made natively and finished by az stands there once."""
    finished = {target.number for target in distribution.targets}
    made = [each for each in distribution.made if each.number not in finished]
    return sorted([*made, *distribution.targets], key=lambda each: each.number)


def _shell_call(each: Made | Target) -> str:
    if isinstance(each, Made):
        return f"made {SHELL.words((each.name, each.id))}"
    first = f"output {each.number} {SHELL.word(each.name)} {SHELL.words(((each.does,), *each.arguments))}"
    return " \\\n  ".join([first, *(SHELL.words(group) for group in _grouped(each.options))])


def _grouped(words: Iterable[Word]) -> Iterator[list[Word]]:
    """The words of each option together."""
    group: list[Word] = []
    for word in words:
        if str(word[0]).startswith("--") and group:
            yield group
            group = []
        group.append(word)
    if group:
        yield group


def _powershell_call(each: Made | Target) -> str:
    if isinstance(each, Made):
        return f"Add-Made {POWERSHELL.word(each.name)} {POWERSHELL.word(each.id)}"
    arguments = "".join(f" {POWERSHELL.word(argument)}" for argument in each.arguments)
    options = f" {POWERSHELL.words(each.options)}" if each.options else ""
    return f"Add-Output {each.number} {POWERSHELL.word(each.name)} {{ {_POWERSHELL_NAMES[each.does]}{arguments}{options} }}"


_POWERSHELL_NAMES = {
    "gallery_version": "New-GalleryVersion",
    "add_regions": "Add-Regions",
    "add_tags": "Add-Tags",
    "managed_image": "New-ManagedImage",
    "vhd": "New-Vhd",
    "vhd_copy": "Copy-Vhd",
}
