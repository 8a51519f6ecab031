"""Texts that hypothesis comes up with, the same in each run, many at a time: one start of Packer judges hundreds of them."""

from __future__ import annotations

from typing import TypeVar

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

_Drawn = TypeVar("_Drawn")

PIECES = (
    *(
        "{{",
        "}}",
        "{",
        "}",
        "{{.Path}}",
        "{{ user `x` }}",
        "{{`{{`}}",
        "${",
        "$${",
        "$$${",
        "$",
        "$$",
        "${HOME}",
        "${var.x}",
        "$(",
    ),
    *(
        "%{",
        "%%{",
        "%%%{",
        "%",
        "%%",
        "%{ if true }",
        '"',
        '""',
        "'",
        "\\",
        "\\\\",
        "\\n",
        "\\u0041",
        "\\${",
        "`",
        "#",
        "//",
        "/*",
    ),
    *(
        "\n",
        "\r",
        "\r\n",
        "\t",
        "\b",
        "\x1b[0m",
        "\x7f",
        "\x85",
        "\u2028",
        "\u200b",
        "\ufeff",
        "\u00a0",
        "\ufffd",
        "<<EOT\n",
        "\nEOT",
    ),
    *(
        "é",
        "e\u0301",
        "a\u0308\u0323",
        "\u1100\u1161",
        "\u212b",
        "\u0958",
        "\U0001d15e",
        "ſ",
        "日本語",
        "🚀",
        "👩‍💻",
        "🇪🇺",
        "\U0010ffff",
    ),
)
"""What means something to HCL, to Go templates, to shells, or to Unicode's normal forms."""

TEXT = st.lists(st.one_of(st.sampled_from(PIECES), st.characters(codec="utf-8", exclude_characters="\0")), max_size=12).map(
    "".join
)
"""Any text but zeros, with such pieces in it."""


def drawn(strategy: st.SearchStrategy[_Drawn], count: int) -> list[_Drawn]:
    """About so many different values of a strategy; the same in each run."""
    found: dict[str, _Drawn] = {}

    @settings(max_examples=count, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(strategy)
    def collect(value: _Drawn) -> None:
        found[repr(value)] = value

    collect()
    return list(found.values())
