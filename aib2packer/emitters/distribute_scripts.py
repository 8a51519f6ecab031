"""The distribute scripts: the outputs that one build VM does not make by itself, made with az after the build.

Source: packer-mapping 2.3. What only Packer knows comes from its environment_vars; every text of a template is quoted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from aib2packer.constructs.distribution import Distribution, Made, Passed, Target, Word
from aib2packer.constructs.project import Project, Script
from aib2packer.emitters.render import render

SHELL, POWERSHELL = "scripts/distribute.sh", "scripts/distribute.ps1"
_FROM_DISK = frozenset({"managed_image", "vhd"})
_OPTION = re.compile(r"--?[a-z-]+\Z")
_BY_COPY = frozenset({"vhd", "vhd_copy"})
_SINGLE_QUOTES = re.compile("['\u2018\u2019\u201a\u201b]")
"""PowerShell takes curly quotes for straight ones."""
_IN_DOUBLE_QUOTES = re.compile('[`$"\u201c\u201d\u201e]')


def distribute_scripts(project: Project) -> tuple[Script, ...]:
    """``distribute.sh`` and ``distribute.ps1``; none where the build VM makes every output by itself."""
    distribution = project.distribution
    if not distribution.targets:
        return ()
    return tuple(
        Script(path=path, text=render(f"{path.removeprefix('scripts/')}.j2", _values(distribution, word, call)))
        for path, word, call in ((SHELL, shell_word, _shell_call), (POWERSHELL, powershell_word, _powershell_call))
    )


def _values(distribution: Distribution, word: Callable[[Word], str], call: Callable[[Made | Target], str]) -> dict[str, object]:
    needs = distribution.needs
    return {
        "needs": needs,
        "needs_disk": bool(needs & _FROM_DISK),
        "needs_copy": bool(needs & _BY_COPY),
        "variables": list(distribution.live),
        "facts": [(name, word(value)) for name, value in distribution.facts.items()],
        "calls": [call(each) for each in _in_order(distribution)],
    }


def _in_order(distribution: Distribution) -> list[Made | Target]:
    """In the template's order; an output that is made natively and finished by az stands there once."""
    finished = {target.number for target in distribution.targets}
    made = [each for each in distribution.made if each.number not in finished]
    return sorted([*made, *distribution.targets], key=lambda each: each.number)


def _shell_call(each: Made | Target) -> str:
    if isinstance(each, Made):
        return f"made {shell_word(each.name)} {shell_word(each.id)}"
    first = " ".join(["output", str(each.number), shell_word(each.name), each.does, *map(shell_word, each.arguments)])
    return " \\\n  ".join([first, *(" ".join(group) for group in _grouped(map(shell_word, each.options)))])


def _grouped(words: Iterable[str]) -> Iterator[list[str]]:
    """The words of each option together."""
    group: list[str] = []
    for word in words:
        if word.startswith("--") and group:
            yield group
            group = []
        group.append(word)
    if group:
        yield group


def shell_word(word: Word) -> str:
    """A word as a POSIX shell reads it.

    >>> print(shell_word(("it's",)), shell_word(("--tags",)), shell_word(("a$b/", Passed("X"))), shell_word((Passed("X", lines=True),)))
    'it'\\''s' --tags "a\\$b/${X}" $X
    """
    if len(word) == 1 and isinstance(word[0], Passed):
        return f"${word[0].variable}" if word[0].lines else f'"${word[0].variable}"'
    if any(isinstance(piece, Passed) for piece in word):
        return '"' + "".join(_shell_piece(piece) for piece in word) + '"'
    text = "".join(map(str, word))
    return text if _OPTION.match(text) else "'" + text.replace("'", "'\\''") + "'"


def _shell_piece(piece: str | Passed) -> str:
    return f"${{{piece.variable}}}" if isinstance(piece, Passed) else re.sub(r'[\\"$`]', r"\\\g<0>", piece)


def _powershell_call(each: Made | Target) -> str:
    if isinstance(each, Made):
        return f"Add-Made {powershell_word(each.name)} {powershell_word(each.id)}"
    arguments = "".join(f" {powershell_word(argument)}" for argument in each.arguments)
    options = f" @({', '.join(map(powershell_word, each.options))})" if each.options else ""
    return f"Add-Output {each.number} {powershell_word(each.name)} {{ {_POWERSHELL_NAMES[each.does]}{arguments}{options} }}"


_POWERSHELL_NAMES = {
    "gallery_version": "New-GalleryVersion",
    "add_regions": "Add-Regions",
    "add_tags": "Add-Tags",
    "managed_image": "New-ManagedImage",
    "vhd": "New-Vhd",
    "vhd_copy": "Copy-Vhd",
}


def powershell_word(word: Word) -> str:
    """A word as PowerShell reads it.

    >>> print(powershell_word(("it's",)), powershell_word(("a$b/", Passed("X"))), powershell_word((Passed("X", lines=True),)))
    'it''s' "a`$b/$($live.X)" (Split-Lines $live.X)
    """
    if len(word) == 1 and isinstance(word[0], Passed):
        value = f"$live.{word[0].variable}"
        return f"(Split-Lines {value})" if word[0].lines else value
    if not any(isinstance(piece, Passed) for piece in word):
        return "'" + _SINGLE_QUOTES.sub(r"\g<0>\g<0>", "".join(str(piece) for piece in word)) + "'"
    return '"' + "".join(_powershell_piece(piece) for piece in word) + '"'


def _powershell_piece(piece: str | Passed) -> str:
    if isinstance(piece, Passed):
        return f"$($live.{piece.variable})"
    return _IN_DOUBLE_QUOTES.sub(r"`\g<0>", piece)
