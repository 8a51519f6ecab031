"""How HCL is laid out where no golden shows it."""

from __future__ import annotations

from aib2packer.hcl.nodes import Attribute, Block, raw, string
from aib2packer.hcl.printer import print_items


def test_a_type_of_several_lines_is_indented_and_stands_apart() -> None:
    kind = Attribute(name="type", value=raw("object({\n  name = string\n  size = optional(number)\n})"))
    block = Block(kind="variable", labels=("a",), body=(kind, Attribute(name="description", value=string("b"))))
    lines = [
        'variable "a" {',
        "  type = object({",
        "    name = string",
        "    size = optional(number)",
        "  })",
        '  description = "b"',
        "}",
    ]
    assert print_items([block]).text.splitlines() == lines
