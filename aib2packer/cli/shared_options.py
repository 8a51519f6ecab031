"""The options that several commands have, and what their words mean."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from msgspec.structs import replace

from aib2packer.cli.help_text import Command

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from aib2packer.pipeline import Options

Callback = Callable[..., None]
Decorator = Callable[[Callback], Callback]


class NamedPath(click.Path):
    """A path that is not empty: an unset variable of a script is no name of the current folder."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path as click.Path gives it."""
        if value == "":
            self.fail("The path is empty.", param, ctx)
        return super().convert(value, param, ctx)


def complete_code(ctx: click.Context, parameter: click.Parameter, start: str) -> list[CompletionItem]:
    """The codes that begin so, with their titles; of --ignore without the errors, which cannot be ignored."""
    from click.shell_completion import CompletionItem

    from aib2packer.constructs.registry import codes
    from aib2packer.diagnostics.model import Severity

    return [
        CompletionItem(code.id, help=code.title)
        for code in codes()
        if code.id.startswith(start.upper()) and (parameter.name != "ignored" or code.severity is not Severity.ERROR)
    ]


templates = click.argument("templates", nargs=-1, required=True, metavar="TEMPLATE...", type=NamedPath(allow_dash=True))
os = click.option(
    "--os",
    "os_names",
    multiple=True,
    metavar="[NAME=]linux|windows",
    help="Operating system of the image, if the template does not show it. With NAME: of the image of that name (repeatable).",
)
cloud = click.option(
    "--cloud",
    "cloud_name",
    type=click.Choice(["public", "us-government", "china"]),
    help="Azure cloud to build in, if the region does not show it.",
)
parameters = click.option(
    "-p",
    "--parameters",
    "parameter_files",
    multiple=True,
    metavar="FILE",
    type=NamedPath(),
    help="ARM parameter file, .bicepparam or .tfvars (repeatable).",
)
set_ = click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="NAME=VALUE",
    help="Set one parameter (repeatable; overrides -p).",
)
name = click.option("--name", help="Take only the image template of this name.")
strict = click.option("--strict/--no-strict", help="Treat warnings as errors.")
level = click.option(
    "--level",
    type=click.Choice(["error", "warning", "note"]),
    default="note",
    help="Show findings of this severity and above. [default: note]",
)
ignore = click.option(
    "--ignore",
    "ignored",
    multiple=True,
    metavar="CODE",
    shell_complete=complete_code,
    help="Ignore the warnings and notes of this code (repeatable); they do not count for --strict either.",
)
beside = click.option(
    "--parameters-beside/--no-parameters-beside",
    "beside",
    help="Use the parameter file that lies beside a template: NAME.parameters.json, NAME.bicepparam or azuredeploy.parameters.json.",
)
format_ = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif", "github", "azure"]),
    default="text",
    help="Format of the findings. text: for people. github, azure: annotations of a pipeline. With any but text, stdout has the "
    "findings only. [default: text]",
)
table_format = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    help="text: a table. json: for programs. [default: text]",
)
quiet = click.option("-q", "--quiet", is_flag=True, help="Print errors only.")
downloads = click.option(
    "--downloads",
    type=click.Choice(["fetch", "vendor", "vm"]),
    default="fetch",
    help="When to download files. fetch: scripts/fetch.sh does, before the build. vendor: now, into the project. vm: the steps do, in "
    "the build VM. [default: fetch]",
)
extras = click.option(
    "--with",
    "extras",
    type=click.Choice(["trusted-launch", "trusted-launch-supported", "spot", "key-vault", "build-group", "tags"]),
    multiple=True,
    help="Add what the template cannot say; repeatable. trusted-launch, trusted-launch-supported: the security type of the image "
    "definition. spot: a spot VM. key-vault: an existing key vault for WinRM, in an existing resource group to build in. build-group: an existing resource group to "
    "build in. tags: further tags.",
)
scripts = click.option(
    "--scripts",
    type=click.Choice(["sh", "powershell", "both"]),
    default="sh",
    help="Language of the scripts that run where Packer runs: fetch, distribute and run. [default: sh]",
)
auth = click.option(
    "--auth",
    type=click.Choice(["cli", "oidc", "service-principal", "managed-identity"]),
    default="cli",
    help="How Packer signs in to Azure. [default: cli]",
)
pipeline = click.option(
    "--pipeline",
    type=click.Choice(["github", "azure-devops"]),
    help="Write a pipeline that runs the build.",
)


IMAGE = (parameters, set_, name, os, cloud)
"""What is converted: the image of a file, and the values of its parameters."""
CHOICES = (downloads, extras, scripts, auth, pipeline)
"""What a project is to be like."""


def grouped(argument: str, make: Callable[..., object], *options: Decorator) -> Decorator:
    """Options of which a command gets one argument: what ``make`` gives for their values. ``make`` may raise UsageError."""

    def decorate(command: Callback) -> Callback:
        @wraps(command)
        def with_one(**values: object) -> None:
            made = make(**{name: values.pop(name) for name in names})
            command(**{argument: made}, **values)

        for option in reversed(options):
            option(with_one)
        names = [parameter.name for parameter in with_one.__click_params__[-len(options) :]]  # type: ignore[attr-defined]
        return with_one

    return decorate


class Configured(Command):
    """A command whose defaults may stand in a file of settings."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Reads the file before the arguments, which win over it; help needs no file."""
        if not ctx.resilient_parsing and not {*ctx.help_option_names} & {*args}:
            from aib2packer.configuration import ConfigurationError, read_configuration

            try:
                ctx.default_map = read_configuration(Path.cwd())
            except ConfigurationError as error:
                raise click.UsageError(str(error)) from error
        return super().parse_args(ctx, args)


def options_of(
    *, os_names: Sequence[str], cloud_name: str | None, parameter_files: Sequence[str], settings: Sequence[str], name: str | None
) -> Options:
    """The options by the words of IMAGE. Raises UsageError."""
    from aib2packer.ir.choices import Os
    from aib2packer.ir.clouds import CLOUDS
    from aib2packer.pipeline import Options

    systems = [_system(text) for text in os_names]
    return Options(
        os=next((Os(system) for image, system in reversed(systems) if not image), None),
        os_of=tuple({image: Os(system) for image, system in systems if image}.items()),
        cloud=next((each for each in CLOUDS if each.option == cloud_name), None),
        parameter_files=tuple((file, _read_parameter_file(file)) for file in parameter_files),
        parameters=tuple(setting("--set", text) for text in settings),
        name=name,
    )


def with_choices(**words: Any) -> Options:
    """The options by the words of IMAGE and CHOICES, and by the further ones that choices_of takes."""
    from aib2packer.ir.choices import choices_of

    image = {name: words.pop(name) for name in ("os_names", "cloud_name", "parameter_files", "settings", "name")}
    return replace(options_of(**image), choices=choices_of(**words))


def check_names(options: Options, names: Sequence[str]) -> None:
    """Raises UsageError where --os names an image that no file has."""
    from aib2packer.pipeline import unknown_names

    unknown = unknown_names(options, names)
    if unknown:
        raise click.UsageError(f"There is no image {unknown[0]} for --os. Use one of {', '.join(dict.fromkeys(names))}.")


def _system(text: str) -> tuple[str, str]:
    """The name of an image (empty: all), and its operating system."""
    image, _, system = text.rpartition("=")
    if system not in ("linux", "windows") or text.startswith("="):
        raise click.UsageError(f"--os takes linux, windows, or one of them after NAME=, not {text!r}.")
    return image, system


def ignorable_codes(codes: Sequence[str]) -> frozenset[str]:
    if not codes:
        return frozenset()
    from aib2packer.reference.ignoring import NotIgnoredError, ignorable

    try:
        return frozenset(map(ignorable, codes))
    except NotIgnoredError as error:
        raise click.UsageError(f"--ignore: {error}") from error


def is_configured(ctx: click.Context, name: str) -> bool:
    """Whether an option has its value from a file of settings."""
    return ctx.get_parameter_source(name) is click.core.ParameterSource.DEFAULT_MAP


def _read_parameter_file(name: str) -> bytes:
    from aib2packer.batch.reading import read_parameters
    from aib2packer.source.bicep.not_compiled import NotCompiledError

    try:
        return read_parameters(Path(name))
    except OSError as error:
        raise click.UsageError(f"The parameter file {name} cannot be read: {error.strerror}.") from error
    except NotCompiledError as error:
        raise click.UsageError(str(error)) from error


def setting(option: str, text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise click.UsageError(f"{option} takes NAME=VALUE, not {text!r}.")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise click.UsageError(f"{option} {name} is not UTF-8. Write it in UTF-8.")
    return name, value
