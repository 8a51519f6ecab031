"""What tests/bench/fuzzing.py found to reach different code: each parser gives a result or says why there is none, in time."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from parsers import PARSERS

CORPUS = Path(__file__).parent / "fuzz_corpus"


@pytest.mark.parametrize("name", PARSERS)
def test_each_text_of_the_corpus_is_read_or_refused(name: str) -> None:
    texts: list[str] = json.loads((CORPUS / f"{name}.json").read_text())
    assert texts
    PARSERS[name](texts[0])  # python-hcl2 makes its parser once
    for text in texts:
        start = time.process_time()
        PARSERS[name](text)
        assert time.process_time() - start < 5, text
