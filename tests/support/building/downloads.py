"""Runs a project's own `scripts/fetch.sh`, with a `curl` that finds the files of the test at the URLs of the template."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import quote

from building.expected import Download

from aib2packer.arm.functions.table import Json

CURL = """\
#!/bin/sh
# Finds a file of the test at the URL in its input; where a test expects none, it finds any.
while [ $# -gt 1 ]; do
  if [ "$1" = --output ]; then to=$2; fi
  shift
done
url=$(sed -n 's/^url = "\\(.*\\)"$/\\1/p')
file={served}/$(printf %s "$url" | sha256sum | cut -d ' ' -f 1)
if [ -e "$file" ]; then exec cp "$file" "$to"; fi
echo "found at $url" > "$to"
"""


def fetch(project: Path, downloads: Iterable[Download], values: Mapping[str, Json], folder: Path) -> None:
    """Downloads what the project needs into it; ``values`` are those of its variables, ``folder`` is free to use."""
    script = project / "scripts" / "fetch.sh"
    downloads = tuple(dict.fromkeys(downloads))
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
        "CHECKPOINT_DISABLE": "1",
        **{f"PKR_VAR_{name}": value if isinstance(value, str) else json.dumps(value) for name, value in values.items()},
        **_secrets(script.read_text(), downloads),
    }
    result = subprocess.run(["sh", str(script)], env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def serve(downloads: Iterable[Download], folder: Path) -> None:
    """Lays the files out where such a `curl` finds them, by their URLs with and without a query."""
    folder.mkdir()
    for each in downloads:
        for address in (_encoded(each.url).partition("?")[0], _encoded(each.url)):
            (folder / hashlib.sha256(address.encode()).hexdigest()).write_bytes(each.data)


def _encoded(url: str) -> str:
    return quote(url, safe="%/:?#@!$&'()*+,;=~")


def _secrets(script: str, downloads: Iterable[Download]) -> dict[str, str]:
    """The SAS tokens and URLs that the script asks for, by their variables; the calls stand in the order of the steps."""
    calls = re.findall(r"^fetch (.*) \S+(?: \S+)?$", script, re.MULTILINE)
    found = {}
    for call, download in zip(calls, downloads, strict=False):
        for name, kind in re.findall(r"\$\{?(\w+_(SAS|URL))\b", call):
            found[name] = download.url.partition("?")[2] if kind == "SAS" else _encoded(download.url)
    return {**dict.fromkeys(re.findall(r' : "\$\{(\w+):', script), "https://example.com/"), **found}
