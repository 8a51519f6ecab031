"""All files of a project, by their paths in it."""

from __future__ import annotations

from collections.abc import Iterable

from aib2packer.emit.distribute_scripts import distribute_scripts
from aib2packer.emit.fetch_scripts import fetch_scripts
from aib2packer.emit.hcl_files import image_file, plugins_file, variables_file
from aib2packer.emit.pipelines import pipeline_files
from aib2packer.emit.render import render
from aib2packer.emit.run_scripts import run_scripts
from aib2packer.emit.values_file import values_file
from aib2packer.emit.vm_scripts import vm_scripts
from aib2packer.ir.choices import Os
from aib2packer.lowering import deprovision
from aib2packer.lowering.build import VALIDATION, VALUES, Build
from aib2packer.lowering.lowered import Script
from aib2packer.lowering.open_values import open_secrets

_FIXED_SCRIPTS = {
    Os.LINUX: (deprovision.LINUX_SCRIPT,),
    Os.WINDOWS: (deprovision.WINDOWS_SCRIPT, deprovision.WINDOWS_RUNNER),
}


Lines = tuple[tuple[str, str, int], ...]
"""Where files say an AIB path: the path, the file and the line; a path may have many, a line too."""


def project_files(build: Build, template_name: str) -> tuple[dict[str, str], Lines]:
    """Path to text, and where the files say each AIB path; without MIGRATION.md.

    ``template_name`` is the template's file name as it is shown.
    """
    files, lines = _files_of(build, template_name, "")
    if build.checks is not None:
        files_of_checks, lines_of_checks = _files_of(build.checks, template_name, f"{VALIDATION}/")
        files |= files_of_checks
        lines += tuple(each for each in lines_of_checks if each[0].startswith("properties.validate"))
    values = values_file(build)
    files |= {VALUES: values} if values else {}
    return files | _git_files(files, build), lines


def _files_of(build: Build, template_name: str, folder: str) -> tuple[dict[str, str], Lines]:
    """The files of one of the two projects, by path; and the lines of each AIB path in its image.pkr.hcl."""
    image = image_file(build, template_name)
    plugins = plugins_file(build)
    scripts = [
        *build.scripts,
        *fetch_scripts(build),
        *vm_scripts(build),
        *distribute_scripts(build),
        *run_scripts(build),
        *pipeline_files(build),
        *_fixed_scripts(build),
    ]
    variables = variables_file(build)
    files = {
        **({"plugins.pkr.hcl": plugins.text} if plugins else {}),
        **({"variables.pkr.hcl": variables.text} if variables.text else {}),
        "image.pkr.hcl": image.text,
        **{script.path: script.text for script in scripts},
    }
    lines = tuple((path, f"{folder}image.pkr.hcl", line) for path, line in image.lines)
    return {f"{folder}{path}": text for path, text in files.items()}, lines


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


def _fixed_scripts(build: Build) -> list[Script]:
    if build.keeps_nothing:
        return []
    paths = _FIXED_SCRIPTS[build.os]
    used = paths if build.generalizes else paths[:1]
    return [Script(path=path, text=render(f"{path.removeprefix('scripts/')}.j2", {})) for path in used]
