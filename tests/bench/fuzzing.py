"""Fuzzes one parser. Run by hand, never a test.

    pip install atheris
    PYTHONPATH=.:tests/support python tests/bench/fuzzing.py PARSER [OPTION-OF-LIBFUZZER...] FOUND [SEEDS]

PARSER is a key of tests/support/parsers.py; new texts go to the folder FOUND. A text that raises ends the run and is written to crash-*.
What `-merge=1` leaves of FOUND are candidates for tests/unit/fuzz_corpus.
"""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["aib2packer"]):
    from parsers import PARSERS


def main() -> None:
    parse = PARSERS[sys.argv.pop(1)]
    atheris.Setup(sys.argv, lambda data: parse(data.decode("utf-8", "replace")))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
