"""The parsers of what others wrote, each as a function of one text that raises where it neither gives a result nor says why."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from aib2packer.arm.reader import SyntaxProblem, read
from aib2packer.comparison.evaluating import evaluate
from aib2packer.comparison.reading import NotReadError, read_project
from aib2packer.diagnostics.model import Findings
from aib2packer.diagnostics.place import Place, SourceText
from aib2packer.logs.comparing import compare_logs
from aib2packer.logs.cutting import read_log
from aib2packer.logs.lines import NotALogError
from aib2packer.project_folder.reading import InMemory
from aib2packer.source.bicep.outline import outline
from aib2packer.source.json_text import read_json
from aib2packer.source.readers import TERRAFORM


def _json(text: str) -> None:
    findings = Findings()
    assert read_json(SourceText("t.json", text), findings) is not None or findings.has_errors()


def _expression(text: str) -> None:
    raw = json.dumps(f"[{text}]", ensure_ascii=False)
    found = read(f"[{text}]", Place(SourceText("t.json", raw), 0, len(raw)))
    assert not isinstance(found, SyntaxProblem) or (found.message and 0 <= found.offset <= len(text) + 2)


def _bicep(text: str) -> None:
    assert all(0 <= each.start <= each.end <= len(text) for each in outline(text))


def _terraform(text: str) -> None:
    findings = Findings()
    source = SourceText("main.tf.json" if text.startswith("{") else "main.tf", text)
    assert TERRAFORM.read(source, findings) is not None or findings.has_errors()


def _packer(text: str) -> None:
    try:
        project = read_project(InMemory({"a.pkr.json" if text.startswith("{") else "a.pkr.hcl": text}))
    except NotReadError:
        return
    pending = [*project.blocks]
    while pending:
        block = pending.pop()
        pending += block.blocks
        for attribute in block.attributes:
            evaluate(attribute.value, project.scope)


def _log(text: str) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, "a.log")
        path.write_text(text, encoding="utf-8", newline="")
        try:
            log = read_log(path)
        except NotALogError:
            return
        assert not compare_logs(log, log).differences


PARSERS: Mapping[str, Callable[[str], None]] = {
    "json": _json,
    "expression": _expression,
    "bicep": _bicep,
    "terraform": _terraform,
    "packer": _packer,
    "log": _log,
}
