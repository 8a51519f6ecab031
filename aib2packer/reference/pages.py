"""Generated reference pages: every AIB property and its fate, every finding, the command line."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache

from aib2packer.constructs.registry import codes, constructs
from aib2packer.constructs.template import TEMPLATE
from aib2packer.diagnostics.model import Code
from aib2packer.schema.api_versions import OLDEST
from aib2packer.schema.keys import Group, Key, Shape

_AREAS = {
    "A2P0": "Files",
    "A2P1": "JSON and expressions",
    "A2P2": "Keys, types and values",
    "A2P3": "Sources",
    "A2P4": "Steps",
    "A2P5": "Outputs",
    "A2P6": "The build",
    "A2P8": "The project",
}
_ONE_SETTING = re.compile(r"`(\w+)`")


def mapping_page() -> str:
    """Every AIB property, where it goes, and how faithfully; Markdown."""
    lines = [
        "# AIB properties and what becomes of them",
        "",
        "exact: the same setting · equivalent: the same result by other means · approximate: differs as the note says ·",
        "manual: needs manual action · dropped: no counterpart · refused: cannot be converted.",
        "",
        "| property | since | Packer | fidelity | Image Builder | the project |",
        "|---|---|---|---|---|---|",
    ]
    lines += [_row(path, key) for path, key in _keys(TEMPLATE, "")]
    return "\n".join(lines) + "\n"


def fates_of(name: str) -> str:
    """The properties whose path contains a name, in any case, a paragraph each; empty where there is none."""
    found = [(path, key) for path, key in _keys(TEMPLATE, "") if name.casefold() in path.casefold()]
    return "\n".join(_fate(path, key) for path, key in found)


@cache
def packer_settings() -> Mapping[str, str]:
    """The path of the property that a setting of Packer's says, where it is one alone (``properties.distribute[](SharedImage).x``)."""
    said = [(match.group(1), path) for path, key in _keys(TEMPLATE, "") if (match := _ONE_SETTING.fullmatch(key.packer))]
    counts = Counter(name for name, _ in said)
    return {name: path for name, path in said if counts[name] == 1}


def _fate(path: str, key: Key) -> str:
    said = {
        "Packer": key.packer,
        "fidelity": key.fidelity.value,
        "API versions": _versions(key),
        "Image Builder": key.service,
        "the project": key.project,
    }
    return "".join((f"{path}\n", *(f"  {title:<13}  {text}\n" for title, text in said.items() if text)))


def findings_page() -> str:
    """Every finding, by area; Markdown."""
    areas = {area: [code for code in codes() if code.id.startswith(prefix)] for prefix, area in _AREAS.items()}
    lines = ["# Every finding", ""]
    for area, members in areas.items():
        lines += [f"- {area}: {', '.join(f'[{code.id}](#{code.id.lower()})' for code in members)}"]
    for area, members in areas.items():
        lines += ["", f"## {area}"]
        for code in members:
            lines += ["", *_section(code)]
    return "\n".join(lines) + "\n"


def _section(code: Code) -> list[str]:
    head = f'### <a id="{code.id.lower()}"></a>{code.id} {code.title}'
    example = ["", f"**Example:** {code.example}"] if code.example else []
    return [head, "", f"*{_severities(code)}* · {code.why}", "", f"**What to do:** {code.remedy}", *example]


def _severities(code: Code) -> str:
    return " or ".join((code.severity, *code.also))


def explanation(code_id: str) -> str | None:
    """What a finding means and what to do; None where there is no such code."""
    code = next((each for each in codes() if each.id == code_id.upper()), None)
    return _explained(code) if code else None


def list_of_codes() -> str:
    """All codes, one line for each."""
    return "".join(f"{code.id}  {code.severity.value:<8} {code.title}\n" for code in codes())


def _explained(code: Code) -> str:
    example = f"\nExample: {code.example}\n" if code.example else ""
    return f"{code.id} ({_severities(code)})\n\n{code.title}\n\nWhy: {code.why}\n\nWhat to do: {code.remedy}\n{example}"


def _row(path: str, key: Key) -> str:
    cells = (f"`{path}`", _versions(key), _cell(key.packer), key.fidelity.value, _cell(key.service), _cell(key.project))
    return f"| {' | '.join(cells)} |"


def _versions(key: Key) -> str:
    since = "" if key.since == OLDEST else key.since
    return f"{since} until {key.until}".strip() if key.until else since


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _keys(shape: Shape, prefix: str) -> Iterator[tuple[str, Key]]:
    for key in shape.keys:
        path = f"{prefix}{key.name}"
        yield path, key
        many = "[]" if key.holds.many else ""
        if key.holds.shape is not None:
            yield from _keys(key.holds.shape, f"{path}{many}.")
        if key.holds.group is not None:
            yield from _group_keys(key.holds.group, f"{path}{many}")


def _group_keys(group: Group, prefix: str) -> Iterator[tuple[str, Key]]:
    for construct in constructs(group):
        for key in construct.shape.keys:
            if key.name != "type":
                yield f"{prefix}({construct.type_name}).{key.name}", key
