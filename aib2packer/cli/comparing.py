"""How compare prints: one comparison in each of its forms, and that of two folders."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from aib2packer.cli.exit_codes import CONVERTED, DIFFERS
from aib2packer.project_folder.whole_file import replace_file
from aib2packer.version import __version__

if TYPE_CHECKING:
    from aib2packer.comparison.faces.text_face import Tone
    from aib2packer.comparison.model import Comparison
    from aib2packer.pipeline import Options

_TONES = {"changed": "yellow", "removed": "red", "added": "green", "moved": "cyan", "unknown": "magenta"}


def in_form(form: str, comparison: Comparison, *, everything: bool) -> str:
    """The comparison in one of its forms."""
    match form:
        case "json":
            from aib2packer.comparison.faces.json_face import as_json

            return as_json(comparison)
        case "markdown":
            from aib2packer.comparison.faces.markdown_face import as_markdown

            return as_markdown(comparison)
        case "sarif":
            from aib2packer.comparison.faces.sarif_face import as_sarif

            return as_sarif(comparison, __version__)
        case "html":
            from aib2packer.comparison.faces.page_face import as_page

            return as_page(comparison)
        case _:
            from aib2packer.comparison.faces.text_face import as_text

            return as_text(comparison, everything=everything, paint=_paint)


def compare_many(templates: Path, projects: Path, options: Options, form: str, output: Path | None) -> int:
    """Compares two folders and prints what was found; the exit code."""
    from aib2packer.fleet.comparing import compare_folders, is_same
    from aib2packer.fleet.faces import as_json, as_pages, as_text

    if form not in ("text", "json", "html"):
        raise click.UsageError("Two folders are compared as text, json or html. Choose one of these with --format.")
    if (form == "html") != (output is not None):
        raise click.UsageError("Pages of two folders need --format html and -o with the folder for them.")
    pairs = list(compare_folders(templates, projects, options))
    if not pairs:
        raise click.UsageError(f"There is no image template in {templates}.")
    if output is None:
        click.echo(as_json(pairs) if form == "json" else as_text(pairs), nl=False)
    else:
        for name, page in as_pages(pairs):
            write_report(output / name, page)
        click.echo(f"Written: {output / 'index.html'}", err=True)
    return CONVERTED if is_same(pairs) else DIFFERS


def write_report(file: Path, text: str) -> None:
    """Writes a report, without colours; raises UsageError where that is not possible, and leaves an older one then."""
    content = click.unstyle(text).encode()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.exists() and not file.is_file():  # /dev/stdout, a pipe
            file.write_bytes(content)
        else:
            replace_file(file.resolve(), content)
    except OSError as error:
        raise click.UsageError(f"{file} cannot be written: {error.strerror}.") from error


def _paint(text: str, tone: Tone) -> str:
    """Colours a piece of the text; click.echo takes the colours out where they are not wanted."""
    return click.style(text, fg=_TONES.get(tone.value), bold=tone.value == "heading", dim=tone.value == "quiet")
