"""The fetch script: downloads into the project, before the build, what the template names by its URL.

Packer computes what is an expression (``packer console``); secrets come from the environment.
"""

from __future__ import annotations

from collections.abc import Iterator

from aib2packer.emit.script_languages import POWERSHELL, SHELL, Language, languages_of, own_script
from aib2packer.emit.vm_scripts import blob_pattern
from aib2packer.hcl.nodes import Token
from aib2packer.lowering.build import Build
from aib2packer.lowering.lowered import Fetched, Script
from aib2packer.lowering.targets import Passed, Word

_CALL = {SHELL: "fetch", POWERSHELL: "Get-File"}
_EVALUATE = {SHELL: "{name}=$(evaluate {expression})", POWERSHELL: "${name} = Get-Value {expression}"}
_ENVIRONMENT = {SHELL: "", POWERSHELL: "env:"}


def fetch_scripts(build: Build) -> tuple[Script, ...]:
    """``fetch.sh``, ``fetch.ps1`` or both; none where nothing is downloaded."""
    return tuple(
        own_script(f"scripts/fetch{language.suffix}", f"fetch{language.suffix}.j2", _values(build, language))
        for language in languages_of(build)
        if build.files.downloads
    )


def reads_blobs(build: Build) -> bool:
    """Whether a file may be a private blob, which az reads."""
    return any(each.secret is None and each.may_be_blob for each in build.files.downloads)


def _values(build: Build, language: Language) -> dict[str, object]:
    files = build.files.downloads
    return {
        "has_checksums": any(each.sha256 for each in files),
        "has_expressions": any(isinstance(text, Token) for each in files for text in (each.url, each.sha256)),
        "has_blobs": reads_blobs(build),
        "has_http": any(each.is_plain_http for each in files),
        "secrets": [(each.secret, _what(each), language.word((each.file,))) for each in files if each.secret is not None],
        "blob_pattern": blob_pattern(build.cloud.storage),
        "calls": [line for each in files for line in _lines(each, language)],
    }


def _what(each: Fetched) -> str:
    return f"URL of {each.file}" if each.url is None else f"SAS token of {each.file} (without the question mark)"


def _lines(each: Fetched, language: Language) -> Iterator[str]:
    """The call that fetches a file, after lines that compute what it needs; on a line of its own a failure ends the script."""
    words: list[Word] = []
    for name, text in (("url", each.url), ("sum", each.sha256)):
        if isinstance(text, Token):
            yield _EVALUATE[language].format(name=name, expression=language.quoted((text.text,)))
        words.append((Passed(name),) if isinstance(text, Token) else (text,) if text else ())
    url, sha256 = words
    if each.secret is not None:
        url = (*url, *("?" if url else ""), Passed(f"{_ENVIRONMENT[language]}{each.secret}"))
    said = language.word(url) if len(url) == 1 and isinstance(url[0], Passed) else language.quoted(url)
    yield " ".join([_CALL[language], said, language.word((each.file,)), *([language.word(sha256)] if sha256 else [])])
