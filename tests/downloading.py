"""What the tests of downloads share: templates with steps that download, their conversion, and the server that they meet.

A plugin of pytest, for the sake of its fixtures.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner
from file_server import BLOB_HOST, TOKEN, Authority, FileServer, has_openssl, serving

from aib2packer.cli import main
from aib2packer.emitters import vendoring

needs_openssl = pytest.mark.skipif(not has_openssl, reason="no openssl on PATH (Debian: apt-get install openssl)")

SUBSCRIPTION = "/subscriptions/00000000-0000-0000-0000-000000000001"
AZ = f"""\
#!/bin/sh
[ "$*" = 'account get-access-token --resource https://storage.azure.com/ --query accessToken -o tsv' ] || exit 9
echo {TOKEN}
"""
WRONG = "0" * 64
SECRET = "good-c2VjcmV0LXNpZ25hdHVyZQ"


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority")).make()


@pytest.fixture
def server(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Iterator[FileServer]:
    """The server, known to this process by its names and trusted."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.certificate))
    look_up = socket.getaddrinfo
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda host, *rest, **more: look_up("127.0.0.1" if host == BLOB_HOST else host, *rest, **more)
    )
    monkeypatch.setattr(vendoring, "Vendoring", partial(vendoring.Vendoring, pause=0.01))
    with serving(authority) as served:
        yield served


@dataclass(frozen=True, slots=True)
class Vendored:
    """What a conversion with downloads gave."""

    exit: int
    said: str
    folder: Path

    @property
    def left(self) -> list[Path]:
        """Everything that stands beside the template."""
        return [path for path in self.folder.parent.iterdir() if path.name != "template.json"]


def template(os_name: str, steps: Sequence[Mapping[str, object]]) -> dict[str, object]:
    """An image template with these steps."""
    linux = {"publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server", "version": "latest"}
    windows = {"publisher": "MicrosoftWindowsServer", "offer": "WindowsServer", "sku": "2022-datacenter-g2", "version": "latest"}
    image = f"{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Compute/images/image"
    return {
        "type": "Microsoft.VirtualMachineImages/imageTemplates",
        "apiVersion": "2024-02-01",
        "location": "westeurope",
        "properties": {
            "source": {"type": "PlatformImage", **(linux if os_name == "Linux" else windows)},
            "customize": steps,
            "distribute": [{"type": "ManagedImage", "runOutputName": "image", "imageId": image, "location": "westeurope"}],
        },
    }


def vendor(folder: Path, step: Mapping[str, object], *arguments: str, os_name: str = "Linux") -> Vendored:
    """Converts a template with this step, downloading now."""
    return convert(folder, template(os_name, [step]), "--downloads", "vendor", *arguments)


def convert(folder: Path, content: Mapping[str, object], *arguments: str) -> Vendored:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "template.json").write_text(json.dumps(content))
    project = folder / "project"
    result = CliRunner().invoke(main, ["convert", str(folder / "template.json"), "-o", str(project), *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return Vendored(result.exit_code, result.stderr, project)


def script(url: str, sha256: str | None = None) -> dict[str, object]:
    return {"type": "Shell", "name": "set up", "scriptUri": url, **({"sha256Checksum": sha256} if sha256 else {})}


def file(url: str, sha256: str | None = None, destination: str = "/tmp/tool") -> dict[str, object]:
    checked = {"sha256Checksum": sha256} if sha256 else {}
    return {"type": "File", "name": "tool", "sourceUri": url, "destination": destination, **checked}


def power(url: str, sha256: str | None = None, **more: object) -> dict[str, object]:
    return {"type": "PowerShell", "name": "set up", "scriptUri": url, **({"sha256Checksum": sha256} if sha256 else {}), **more}


def stub(folder: Path, name: str, text: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text)
    (folder / name).chmod(0o755)


def assert_secret_is_kept(done: Vendored) -> None:
    assert SECRET not in done.said
    for path in done.folder.rglob("*"):
        assert not path.is_file() or SECRET.encode() not in path.read_bytes()
