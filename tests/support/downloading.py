"""What the tests of downloads share: templates with steps that download, their conversion, and the server that they meet.

A plugin of pytest, for the sake of its fixtures.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner
from file_server import BLOB_HOST, Authority, FileServer, has_openssl, serving

from aib2packer.cli import main

needs_openssl = pytest.mark.skipif(not has_openssl, reason="no openssl on PATH (Debian: apt-get install openssl)")

SUBSCRIPTION = "/subscriptions/00000000-0000-0000-0000-000000000001"
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
    with serving(authority) as served:
        yield served


@dataclass(frozen=True, slots=True)
class Conversion:
    """What a conversion gave: its exit code, its messages, and the folder of the project."""

    exit: int
    said: str
    folder: Path

    @property
    def left(self) -> list[Path]:
        """Everything that stands beside the template."""
        return [path for path in self.folder.parent.iterdir() if path.name != "template.json"]

    def holds(self, text: str) -> bool:
        """Whether a message or a file has the text in it."""
        files = [path for path in self.folder.rglob("*") if path.is_file()]
        return text in self.said or any(text.encode() in path.read_bytes() for path in files)


def template(*steps: Mapping[str, object], os_name: str = "Linux", **properties: object) -> dict[str, object]:
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
            **properties,
        },
    }


def deployment(parameters: Mapping[str, object], *steps: Mapping[str, object], **properties: object) -> dict[str, object]:
    """A deployment with parameters, and an image template with these steps, and these properties beside them."""
    return {
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "parameters": parameters,
        "resources": [{**template(*steps, os_name="Linux", **properties), "name": "base"}],
    }


def convert(folder: Path, content: Mapping[str, object], *arguments: str) -> Conversion:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "template.json").write_text(json.dumps(content))
    project = folder / "project"
    result = CliRunner().invoke(main, ["convert", str(folder / "template.json"), "-o", str(project), *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return Conversion(result.exit_code, result.stderr, project)


def script(url: str, sha256: str | None = None, type_name: str = "Shell") -> dict[str, object]:
    return {"type": type_name, "name": "set up", "scriptUri": url, **({"sha256Checksum": sha256} if sha256 else {})}


def file(url: str, sha256: str | None = None, destination: str = "/tmp/tool") -> dict[str, object]:
    checked = {"sha256Checksum": sha256} if sha256 else {}
    return {"type": "File", "name": "tool", "sourceUri": url, "destination": destination, **checked}


def stub(folder: Path, name: str, text: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text)
    (folder / name).chmod(0o755)
