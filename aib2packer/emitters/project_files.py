"""All files of a project, by their paths in it."""

from __future__ import annotations

from aib2packer.constructs import deprovision
from aib2packer.constructs.fields import Reading
from aib2packer.constructs.project import Project, Script
from aib2packer.diagnostics.model import Findings
from aib2packer.emitters.fetch_scripts import fetch_scripts
from aib2packer.emitters.hcl_files import image_file, plugins_file, values_file, variables_file
from aib2packer.emitters.migration import migration_report
from aib2packer.emitters.render import render
from aib2packer.ir.template import Os

_FIXED_SCRIPTS = {
    Os.LINUX: (deprovision.LINUX_SCRIPT,),
    Os.WINDOWS: (deprovision.WINDOWS_SCRIPT, deprovision.WINDOWS_RUNNER),
}


def project_files(project: Project, reading: Reading, findings: Findings, template_name: str) -> dict[str, str]:
    """Path to text, sorted by path; ``template_name`` is the template's file name as it is shown."""
    image = image_file(project, template_name)
    values = values_file(project)
    scripts = [*project.scripts, *fetch_scripts(project), *_fixed_scripts(project)]
    lines: dict[str, int] = {}
    for path, line in image.lines:
        lines.setdefault(path, line)
    files = {
        "plugins.pkr.hcl": plugins_file(project).text,
        "variables.pkr.hcl": variables_file(project).text,
        "image.pkr.hcl": image.text,
        **({"template.auto.pkrvars.hcl": values.text} if values else {}),
        **{script.path: script.text for script in scripts},
    }
    files["MIGRATION.md"] = migration_report(project, reading, tuple(findings), lines, template_name)
    return dict(sorted(files.items()))


def _fixed_scripts(project: Project) -> list[Script]:
    return [
        Script(path=path, text=render(f"{path.removeprefix('scripts/')}.j2", {})) for path in _FIXED_SCRIPTS[project.template.os]
    ]
