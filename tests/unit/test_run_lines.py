"""The lines of the whole run in both languages of scripts."""

from __future__ import annotations

import pytest

from aib2packer.emit.run_lines import commands_in
from aib2packer.ir.choices import Language
from aib2packer.lowering.run_lines import CheckValues, CountVersion, Line, LookUpVersion, TakeSecret

LIST, MAJOR = (("sig",), ("list",)), "7"
SORTED = "sort -t . -k 1,1n -k 2,2n -k 3,3n | tail -n 1)"
NEXT = '"$($last.Major).$($last.Minor).$($last.Build + 1)"'


@pytest.mark.parametrize(
    ("line", "shell", "powershell"),
    [
        (TakeSecret("token"), [': "${token:?}"'], ["$token = $env:token"]),
        (CheckValues(),
         ["PKR_VAR_image_version=0.0.0 packer validate . # stops here where a variable has no value"],
         ["$env:PKR_VAR_image_version = '0.0.0' # a stand-in, until the version is counted", "packer validate .; Test-Exit"]),
        (LookUpVersion(LIST),
         ["PKR_VAR_image_version=$(az sig list)", "export PKR_VAR_image_version"],
         ["$env:PKR_VAR_image_version = az @('sig', 'list'); Test-Exit"]),
        (CountVersion(LIST, ""),
         ["versions=$(az sig list)", f'last=$(echo "$versions" | {SORTED}',
          "PKR_VAR_image_version=${last:+${last%.*}.$((${last##*.} + 1))}",
          'export PKR_VAR_image_version="${PKR_VAR_image_version:-0.0.1}"'],
         ["$versions = az @('sig', 'list'); Test-Exit",
          "$last = $versions | ForEach-Object { [version]$_ } | Sort-Object | Select-Object -Last 1",
          "$env:PKR_VAR_image_version = '0.0.1'", f"if ($last) {{ $env:PKR_VAR_image_version = {NEXT} }}"]),
        (CountVersion(LIST, MAJOR),
         ["versions=$(az sig list)", f"last=$(echo \"$versions\" | grep '^7[.]' | {SORTED}",
          "PKR_VAR_image_version=${last:+${last%.*}.$((${last##*.} + 1))}",
          'export PKR_VAR_image_version="${PKR_VAR_image_version:-7.0.1}"'],
         ["$versions = az @('sig', 'list'); Test-Exit",
          "$last = $versions | ForEach-Object { [version]$_ } | Where-Object { $_.Major -eq 7 } | Sort-Object | Select-Object -Last 1",
          "$env:PKR_VAR_image_version = '7.0.1'", f"if ($last) {{ $env:PKR_VAR_image_version = {NEXT} }}"]),
    ],
)  # fmt: skip
def test_a_line_of_the_run_in_both_languages(line: Line, shell: list[str], powershell: list[str]) -> None:
    assert list(commands_in([line])) == shell
    assert list(commands_in([line], Language.POWERSHELL)) == powershell
