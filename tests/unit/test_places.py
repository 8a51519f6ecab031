"""Every finding about a setting tells where the setting stands, whichever stage raised it."""

from __future__ import annotations

from cases import Case, all_cases, every_tenth_at_once

from aib2packer import check

PLAIN = [case for case in all_cases() if case.exit == 0 and not case.arguments and case.template.endswith(".json")]
SIGNED = """{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "resources": [
    {
      "type": "Microsoft.VirtualMachineImages/imageTemplates", "apiVersion": "2024-02-01", "name": "web", "location": "westeurope",
      "properties": {
        "source": {"type": "PlatformImage", "publisher": "Canonical", "offer": "ubuntu-24_04-lts", "sku": "server", "version": "latest"},
        "customize": [{"type": "Shell", "scriptUri": "[toLower('https://x.blob.core.windows.net/c/s.sh?sv=1&sig=AbCdEf1234')]"}],
        "distribute": [{"type": "VHD", "runOutputName": "disk"}]
      }
    }
  ]
}"""


@every_tenth_at_once(PLAIN)
def test_finding_about_a_setting_has_a_place(case: Case) -> None:
    findings = check((case.folder / case.template).read_bytes())
    assert [each for each in findings if each.path and each.place is None] == []


def test_finding_about_a_download_has_a_place() -> None:
    (found,) = (each for each in check(SIGNED) if each.code.id == "A2P414")
    assert found.place is not None
    assert (found.place.line, found.path) == (9, "properties.customize[0].scriptUri")
