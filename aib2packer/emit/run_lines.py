"""The lines of the whole run in a language of scripts, a POSIX shell or PowerShell."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Iterator

from aib2packer.emit.script_languages import POWERSHELL, command_lines, in_lines
from aib2packer.ir.choices import Language
from aib2packer.lowering.run_lines import (
    VERSION,
    VERSION_PASSED,
    Ask,
    Call,
    CallAz,
    CheckValues,
    CountVersion,
    Line,
    LookUpVersion,
    RunScript,
    TakeSecret,
)
from aib2packer.lowering.targets import Passed, Word


def commands_in(lines: Iterable[Line], language: Language = Language.SH) -> tuple[str, ...]:
    """Lines of the run as commands, which are lines of a language in the project's folder."""
    return tuple(text for line in lines for text in _LANGUAGES[language](line))


def _in_shell(line: Line) -> Iterator[str]:
    match line:
        case Call(words, why):
            yield f"{' '.join(words)}{f' # {why}' if why else ''}"
        case RunScript(stem):
            yield f"sh {stem}.sh"
        case CallAz(words):
            yield _az(words)
        case Ask(name, expression):
            yield _asked(name, expression)
        case TakeSecret(name):
            yield f': "${{{name}:?}}"'
        case CheckValues():
            yield f"{VERSION}=0.0.0 packer validate . # stops here where a variable has no value"
        case LookUpVersion(words):
            yield from (f"{VERSION}=$({_az(words)})", f"export {VERSION}")
        case CountVersion(words, major):
            yield f"versions=$({_az(words)})"
            chosen = f"grep '^{major}[.]' | " if major else ""
            yield f'last=$(echo "$versions" | {chosen}sort -t . -k 1,1n -k 2,2n -k 3,3n | tail -n 1)'
            yield f"{VERSION}=${{last:+${{last%.*}}.$((${{last##*.}} + 1))}}"
            yield f'export {VERSION}="${{{VERSION}:-{major or 0}.0.1}}"'


def _az(words: Iterable[Word]) -> str:
    return command_lines((("az",), *words))


def _asked(name: str, expression: str) -> str:
    say = "printf '%s\\n'" if "\\" in expression else "echo"  # echo of some shells reads escapes
    line = f"{name}=$({say} {shlex.quote(expression)} | packer console .)"
    if not expression.startswith("var."):  # Packer prints why it cannot compute a value where the value would be
        line += f' || {{ echo "${name}" >&2; exit 1; }}'
    return f"{line}\nexport {name}" if name == VERSION else line


def _in_powershell(line: Line) -> Iterator[str]:
    match line:
        case Call(words, why):
            # PowerShell splits a bare option at a dot.
            said = (f"'{word}'" if word.startswith("-") and "." in word else word for word in words)
            yield f"{' '.join(said)}; Test-Exit{f' # {why}' if why else ''}"
        case RunScript(stem):
            path = stem.replace("/", "\\")
            yield f".\\{path}.ps1; Test-Exit"
        case CallAz(words):
            yield _powershell_az(words)
        case Ask(name, expression):
            variable = f"env:{name}" if name == VERSION else name
            yield f"${variable} = {POWERSHELL.quoted((expression,))} | packer console .; Test-Exit ${variable}"
        case TakeSecret(name):
            yield f"${name} = $env:{name}"
        case CheckValues():
            yield f"$env:{VERSION} = '0.0.0' # a stand-in, until the version is counted"
            yield "packer validate .; Test-Exit"
        case LookUpVersion(words):
            yield f"$env:{VERSION} = {_powershell_az(words)}"
        case CountVersion(words, major):
            yield f"$versions = {_powershell_az(words)}"
            chosen = f"Where-Object {{ $_.Major -eq {major} }} | " if major else ""
            yield f"$last = $versions | ForEach-Object {{ [version]$_ }} | {chosen}Sort-Object | Select-Object -Last 1"
            following = '"$($last.Major).$($last.Minor).$($last.Build + 1)"'
            yield f"$env:{VERSION} = '{major or 0}.0.1'"
            yield f"if ($last) {{ $env:{VERSION} = {following} }}"


def _powershell_az(words: Iterable[Word]) -> str:
    of_environment = Passed(f"env:{VERSION}")
    said = (tuple(of_environment if piece == VERSION_PASSED else piece for piece in word) for word in words)
    return f"az @({in_lines(map(POWERSHELL.word, said), ', ', ',')}); Test-Exit"


_LANGUAGES: dict[Language, Callable[[Line], Iterator[str]]] = {Language.SH: _in_shell, Language.POWERSHELL: _in_powershell}
