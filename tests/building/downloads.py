"""Runs a project's own `scripts/fetch.sh`, with a `curl` that finds the files of the test at the addresses of the template."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
from collections.abc import Iterable, Mapping
from itertools import zip_longest
from pathlib import Path

from building.expected import Download, Json

CURL = """\
#!/bin/sh
# Finds a file of the test at the address in its input; where a test expects none, it finds any.
while [ $# -gt 1 ]; do
  if [ "$1" = -o ]; then to=$2; fi
  shift
done
url=$(sed -n 's/^url = "\\(.*\\)"$/\\1/p' | sed 's/\\\\\\(.\\)/\\1/g')
file={served}/$(printf %s "$url" | sha256sum | cut -d ' ' -f 1)
if [ -e "$file" ]; then exec cp "$file" "$to"; fi
echo "found at $url" > "$to"
"""


def fetch(project: Path, downloads: Iterable[Download], values: Mapping[str, Json], folder: Path) -> None:
    """Downloads what the project needs into it; ``values`` are those of its variables, ``folder`` is free to use."""
    script = project / "scripts" / "fetch.sh"
    downloads = tuple(downloads)
    assert script.exists() or not downloads
    if not script.exists():
        return
    stubs = folder / "stubs"
    serve(downloads, folder / "served")
    stubs.mkdir()
    (stubs / "curl").write_text(CURL.format(served=folder / "served"))
    (stubs / "curl").chmod(0o755)
    environment = {
        "PATH": f"{stubs}:{os.environ['PATH']}",
        **{f"PKR_VAR_{name}": value if isinstance(value, str) else json.dumps(value) for name, value in values.items()},
        **_signatures(script.read_text(), downloads),
        **_computed(script.read_text(), downloads),
    }
    result = subprocess.run(["sh", str(script)], env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def serve(downloads: Iterable[Download], folder: Path) -> None:
    """Lays the files out where such a `curl` finds them, by their addresses with and without a query."""
    folder.mkdir()
    for each in downloads:
        for address in (each.url.partition("?")[0], each.url):
            (folder / hashlib.sha256(address.encode()).hexdigest()).write_bytes(each.data)


def _signatures(script: str, downloads: Iterable[Download]) -> dict[str, str]:
    """The shared access signatures that the script asks for, by the variables in which it looks for them."""
    signatures = {}
    for start, name in re.findall(r'^fetch "([^"]*)\?\$\{(\w+_SAS)\b', script, re.MULTILINE):
        url = next(each.url for each in downloads if each.url.startswith(f"{start}?"))
        signatures[name] = url.partition("?")[2]
    return signatures


def _computed(script: str, downloads: Iterable[Download]) -> dict[str, str]:
    """The addresses that the template computes, by the variables in which the script looks for them; both in the order of the steps."""
    names = re.findall(r'^fetch "\$\{(\w+_URL)\}"', script, re.MULTILINE)
    urls = [each.url for each in downloads if each.url not in script]
    return dict(zip_longest(names, urls[: len(names)], fillvalue="https://example.com/"))
