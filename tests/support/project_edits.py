"""Edits that people make to a Packer project: each changes the files of a folder. One that finds nothing to change is a mistake of the test."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

Edit = Callable[[Path], None]

IMAGE = "image.pkr.hcl"
_STEP = re.compile(
    r'(?:^  #[^\n]*\n)*^  (?:provisioner|dynamic "provisioner"|dynamic)\b[^\n]*\{\n.*?^  \}\n\n?', re.MULTILINE | re.DOTALL
)


def replaced(pattern: str, by: str, file: str = IMAGE, count: int = 1) -> Edit:
    """Replaces what a pattern matches first (``count=0``: everywhere), in one file."""

    def edit(project: Path) -> None:
        path = project / file
        text, found = re.subn(pattern, by, _read(path), count=count, flags=re.MULTILINE)
        assert found, f"{pattern} is not in {file}"
        _write(path, text)

    return edit


def written(file: str, text: str) -> Edit:
    """Writes a file."""

    def edit(project: Path) -> None:
        (project / file).parent.mkdir(parents=True, exist_ok=True)
        _write(project / file, text)

    return edit


def removed(*files: str) -> Edit:
    """Removes files, or a folder with what is in it."""

    def edit(project: Path) -> None:
        for file in files:
            path = project / file
            for each in sorted(path.rglob("*"), reverse=True) if path.is_dir() else ():
                each.rmdir() if each.is_dir() else each.unlink()
            path.rmdir() if path.is_dir() else path.unlink()

    return edit


def all_of(*edits: Edit) -> Edit:
    """One edit after the other."""

    def edit(project: Path) -> None:
        for each in edits:
            each(project)

    return edit


def steps_of(text: str) -> list[str]:
    """The provisioners of a build, each with its comments."""
    return _STEP.findall(text)


def steps_rearranged(rearrange: Callable[[list[str]], list[str]], file: str = IMAGE) -> Edit:
    """Puts others in the place of the steps; the first is the deprovisioning script, the last generalizes."""

    def edit(project: Path) -> None:
        text = _read(project / file)
        steps = steps_of(text)
        start, end = text.index(steps[0]), text.rindex(steps[-1]) + len(steps[-1])
        _write(
            project / file, text[:start] + "\n".join(step.rstrip("\n") + "\n" for step in rearrange(steps)) + "\n" + text[end:]
        )

    return edit


def step_removed(number: int) -> Edit:
    """Removes a step, counted from 0; those of the tool count."""
    return steps_rearranged(lambda steps: [step for step in steps if step is not steps[number]])


def step_inserted(number: int, step: str) -> Edit:
    """Puts a step before that of a number."""
    return steps_rearranged(lambda steps: [*steps[:number], step, *steps[number:]])


def step_moved(number: int, to: int) -> Edit:
    """Takes a step out and puts it to another place among the others."""

    def rearranged(steps: list[str]) -> list[str]:
        others = [step for step in steps if step is not steps[number]]
        return [*others[:to], steps[number], *others[to:]]

    return steps_rearranged(rearranged)


def in_step(number: int, pattern: str, by: str) -> Edit:
    """Replaces what a pattern matches first within a step."""

    def rearranged(steps: list[str]) -> list[str]:
        text, found = re.subn(pattern, by, steps[number], count=1, flags=re.MULTILINE)
        assert found, f"{pattern} is not in step {number}"
        return [*steps[:number], text, *steps[number:][1:]]

    return steps_rearranged(rearranged)


def of_step(number: int, line: str) -> Edit:
    """Adds an attribute to a step."""
    start = r'(provisioner "[\w-]+" \{\n|content \{\n)'
    return in_step(number, start, rf"\g<1>    {line}\n")


def in_source(line: str) -> Edit:
    """Adds an attribute or a block to the source."""
    return replaced(r'^source "azure-arm" "image" \{\n', rf'source "azure-arm" "image" {{\n  {line}\n')


def renamed(old: str, new: str) -> Edit:
    """Gives a variable or a local another name, wherever HCL says it."""

    def edit(project: Path) -> None:
        pattern = rf'(?<=var\.){old}\b|(?<=local\.){old}\b|(?<=variable "){old}\b|^{old}(?=\s+=)'
        found = 0
        for path in [*project.rglob("*.pkr.hcl"), *project.glob("*.auto.pkrvars.hcl")]:
            start, locals_, rest = _read(path).rpartition("locals {\n")
            inner, end, rest = rest.partition("\n}\n") if locals_ else ("", "", rest)
            inner = re.sub(rf"^  {old}(?=\s+=)", f"  {new}", inner, flags=re.MULTILINE)
            text, count = re.subn(pattern, new, f"{start}{locals_}{inner}{end}{rest}", flags=re.MULTILINE)
            found += count
            _write(path, text)
        assert found > 1, old

    return edit


def every_file(change: Callable[[str], str], *, among: str = "*.pkr.hcl") -> Edit:
    """Changes the text of every file of a pattern."""

    def edit(project: Path) -> None:
        for path in project.rglob(among):
            text = _read(path)
            assert change(text) != text, path
            _write(path, change(text))

    return edit


def reformatted(text: str) -> str:
    """The same with other indentation, no alignment, and empty lines between paragraphs doubled."""
    lines = [re.sub(r"^ +", lambda match: match.group() * 2, line) for line in text.split("\n")]
    return "\n\n".join(re.sub(r"^(\s*[\w-]+) += ", r"\1 = ", line) for line in lines)


def reordered(text: str) -> str:
    """The attributes of each source that are on one line, the other way round."""

    def turned(match: re.Match[str]) -> str:
        lines = re.findall(r"^  [\w-]+ +=[^\n\[{]*\n", match.group(), re.MULTILINE)
        rest = re.sub(r"^  [\w-]+ +=[^\n\[{]*\n", "", match.group(), flags=re.MULTILINE).removesuffix("}\n")
        return f"{rest}{''.join(reversed(lines))}}}\n"

    return re.sub(r'^source "azure-arm".*?^}\n', turned, text, flags=re.MULTILINE | re.DOTALL)


def split(project: Path) -> None:
    """The blocks of the image in a file each."""
    text = _read(project / IMAGE)
    (project / IMAGE).unlink()
    for number, block in enumerate(re.split(r"^(?=(?:locals|source|build)\b)", text, flags=re.MULTILINE)):
        _write(project / f"part{number}.pkr.hcl", block)


def joined(project: Path) -> None:
    """All blocks in one file."""
    parts = sorted(project.glob("*.pkr.hcl"))
    text = "\n".join(map(_read, parts))
    for part in parts:
        part.unlink()
    _write(project / "main.pkr.hcl", text)


def file_renamed(old: str, new: str) -> Edit:
    """Gives a script another name, and the step that runs it."""

    def edit(project: Path) -> None:
        (project / old).rename(project / new)
        replaced(re.escape(old), new)(project)

    return edit


def _read(path: Path) -> str:
    return path.read_bytes().decode()


def _write(path: Path, text: str) -> None:
    path.write_bytes(text.encode())
