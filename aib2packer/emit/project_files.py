"""All files of a project, by their paths in it."""

from __future__ import annotations

from collections.abc import Iterable

from aib2packer.emit.distribute_scripts import distribute_scripts
from aib2packer.emit.fetch_scripts import fetch_scripts
from aib2packer.emit.render import fixed
from aib2packer.emit.run_scripts import run_scripts
from aib2packer.emit.vm_scripts import vm_scripts
from aib2packer.hcl.printer import print_items
from aib2packer.lowering.build import VALIDATION, VALUES, Build
from aib2packer.lowering.lowered import Script
from aib2packer.lowering.open_values import open_secrets

Lines = tuple[tuple[str, str, int], ...]
"""Where files say an AIB path: the path, the file and the line; a path may have many, a line too."""


def project_files(build: Build) -> tuple[dict[str, str], Lines]:
    """Path to text, and where the files say each AIB path; without MIGRATION.md."""
    files, lines = _files_of(build, "")
    if build.checks is not None:
        files_of_checks, lines_of_checks = _files_of(build.checks, f"{VALIDATION}/")
        files |= files_of_checks
        lines += tuple(each for each in lines_of_checks if each[0].startswith("properties.validate"))
    if build.values:
        files[VALUES] = print_items(build.values).text
    return files | _git_files(files, build), lines


def _files_of(build: Build, folder: str) -> tuple[dict[str, str], Lines]:
    """The files of one of the two projects, by path; and the lines of each AIB path in those that Packer reads."""
    printed = {f"{folder}{file.name}.pkr.hcl": print_items(file.items) for file in build.packer_files}
    scripts = [
        *build.files.scripts,
        *fetch_scripts(build),
        *vm_scripts(build),
        *distribute_scripts(build),
        *run_scripts(build),
        *_pipeline_files(build),
    ]
    files = {
        **{path: each.text for path, each in printed.items()},
        **{f"{folder}{script.path}": script.text for script in scripts},
        **{f"{folder}scripts/{name}": fixed(name) for name in build.files.programs},
    }
    return files, tuple((origin, path, line) for path, each in printed.items() for origin, line in each.lines)


def _pipeline_files(build: Build) -> Iterable[Script]:
    if build.choices.pipeline is None:
        return ()
    from aib2packer.emit.pipelines import pipeline_files

    return pipeline_files(build)


def _git_files(paths: Iterable[str], build: Build) -> dict[str, str]:
    """.gitignore, and .gitattributes: git must not add carriage returns to shell scripts."""
    ignored = ["manifest.json", "packer_cache/"]
    scripts = [path.rpartition("/")[2] for path in paths]
    if any(name.startswith("fetch.") for name in scripts):
        ignored.append("*.part")
    if open_secrets(build):
        ignored.append(".env")
    return {
        ".gitignore": "".join(f"{line}\n" for line in ignored),
        **({".gitattributes": "*.sh text eol=lf\n"} if any(name.endswith(".sh") for name in scripts) else {}),
    }
