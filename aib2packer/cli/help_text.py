"""How --help is laid out: options in groups, then examples and exit codes."""

from __future__ import annotations

import click

OTHERS = "Other options"
GROUPS = {
    "Input": (
        "parameter_files",
        "beside",
        "settings",
        "name",
        "os_names",
        "group",
        "names",
        "source",
        "build",
        "variables",
        "variable_files",
    ),
    "Output": ("output", "scripts", "pipeline", "everything", "report", "dry_run", "force"),
    "The build": ("builder", "generalize", "second_source"),
    "Downloads": ("downloads", "allow_http", "sign_in"),
    "What Azure needs": ("cloud_name", "auth", "extras"),
    "Findings": ("strict", "level", "ignored", "form", "quiet"),
}
"""The parameters of each group, by their names in the code; those of no group come last."""


class Command(click.Command):
    """A command whose help has its options in groups, and its epilog as it is written."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes a section for each group that the command has options of."""
        groups: dict[str, list[tuple[str, str]]] = {group: [] for group in (*GROUPS, OTHERS)}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx) if isinstance(parameter, click.Option) else None
            if record is not None:
                groups[_group_of(parameter)].append(record)
        for group, records in groups.items():
            if records:
                with formatter.section(group):
                    formatter.write_dl(records)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes the epilog line by line."""
        write_epilog(self.epilog, formatter)


def write_epilog(epilog: str | None, formatter: click.HelpFormatter) -> None:
    """Writes an epilog without breaking its lines."""
    if epilog:
        formatter.write(f"\n{epilog.rstrip()}\n")


def _group_of(parameter: click.Parameter) -> str:
    return next((group for group, names in GROUPS.items() if parameter.name in names), OTHERS)
