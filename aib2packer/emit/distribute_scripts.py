"""The distribute scripts: the outputs that Packer cannot publish, made with az after the build.

Source: https://learn.microsoft.com/cli/azure/sig/image-version#az-sig-image-version-create
Live values come from the manifest of the build, secrets from the environment.
"""

from __future__ import annotations

from aib2packer.emit.script_languages import POWERSHELL, SHELL, command_lines, in_lines, own_script
from aib2packer.ir.choices import Language
from aib2packer.lowering.build import Build, Distribution
from aib2packer.lowering.lowered import Script
from aib2packer.lowering.targets import Helper, Passed, Target, Word

_NO_OUTPUT: tuple[Word, ...] = (("--output",), ("none",))
_POWERSHELL_NAMES = {
    Helper.NEXT_VERSION: "New-NextVersion",
    Helper.MANAGED_IMAGE: "New-ManagedImage",
    Helper.COPY_BLOB: "Copy-Blob",
}


def distribute_scripts(build: Build) -> tuple[Script, ...]:
    """The script in each of the languages that were chosen; none where Packer publishes every output."""
    if not build.distribution.targets:
        return ()
    return tuple(_script(build, language) for language in build.choices.languages)


def _script(build: Build, language: Language) -> Script:
    distribution, path = build.distribution, f"distribute{language.suffix}"
    is_shell = language is Language.SH
    words = SHELL.words if is_shell else POWERSHELL.words
    values = [(name, distribution.manifest_key(name).strip('"')) for name in distribution.values]
    return own_script(
        path,
        f"{path}.j2",
        {
            "helpers": distribution.helpers,
            "values": values,
            "taken": in_lines([f"{name}=$(last_build {key})" for name, key in values], " && ", " &&"),
            "taken_here": in_lines([f"${name} = $build.'{key}'" for name, key in values], "; ", ";"),
            "secrets": list(distribution.secrets),
            "has_lists": any(_is_list(word) for target in distribution.targets for word in target.options),
            "quiet": sorted(code for code, characters in _TEXTS_THAT_WARN.items() if characters & _characters(distribution)),
            "os": build.os.value.capitalize(),
            "source_version": distribution.source_version,
            "source_blob": words(distribution.source_blob),
            "calls": [_shell_call(each) if is_shell else _powershell_call(each) for each in distribution.targets],
        },
    )


_TEXTS_THAT_WARN = {"SC2016": frozenset("$`"), "SC1112": frozenset("\u2018\u2019\u201c\u201d")}
"""What shellcheck says of texts in quotes that look like something else, by the characters that make it say so."""


def _characters(distribution: Distribution) -> frozenset[str]:
    words = (word for target in distribution.targets for word in (*target.arguments, *target.options))
    return frozenset(character for word in words for piece in word if isinstance(piece, str) for character in piece)


def _is_list(word: Word) -> bool:
    return any(isinstance(piece, Passed) and piece.many for piece in word)


def _shell_call(target: Target) -> str:
    """`output NAME COMMAND...`"""
    command: tuple[Word, ...] = (("az",),) if target.helper is None else ((target.helper.value,),)
    end = _NO_OUTPUT if target.helper is None else ()
    return command_lines((("output",), target.name, *command, *target.arguments, *target.options, *end))


def _powershell_call(target: Target) -> str:
    end = _NO_OUTPUT if target.helper is None else ()
    words = f"@({in_lines(map(POWERSHELL.word, (*target.options, *end)), ', ', ',')})"
    if any(map(_is_list, target.options)):
        words = f"@({words} | ForEach-Object {{ $_ }})"  # the items of lists, beside the other words
    command = ["az"] if target.helper is None else [_POWERSHELL_NAMES[target.helper], *map(POWERSHELL.word, target.arguments)]
    return f"Add-Output {POWERSHELL.word(target.name)} {{ {' '.join([*command, words])} }}"
