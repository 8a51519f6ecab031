"""Codes 18x: Terraform configurations, and what `terraform show -json` prints."""

from __future__ import annotations

from aib2packer.diagnostics.model import Code, Severity

NOT_TERRAFORM = Code(
    id="A2P180",
    severity=Severity.ERROR,
    title="The file is not valid Terraform.",
    why="Terraform refuses the file at this place.",
    remedy="Run `terraform fmt` and `terraform validate`, and correct the line. `${` begins a value of Terraform; a shell's is written `$${`.",
)
CYCLE = Code(
    id="A2P181",
    severity=Severity.ERROR,
    title="Terraform values refer to each other in a cycle.",
    why="Terraform refuses a local or a resource that needs its own value.",
    remedy="Remove one of the references that the finding lists.",
)
NOT_KNOWN = Code(
    id="A2P182",
    severity=Severity.ERROR,
    title="A value that decides what is built is unknown.",
    why="Each repetition of a resource becomes a project, and the body of an image template must be known to be read.",
    remedy="Give the value with --set, in terraform.tfvars, or as the default of the variable.",
)
ASKED = Code(
    id="A2P183",
    severity=Severity.NOTE,
    title="Only Terraform can evaluate an expression.",
    why="The value is in Terraform's state or in another module, or Packer has no such function.",
    remedy="Set the variable that the finding names. Its description tells where to look.",
)
FILE_MISSING = Code(
    id="A2P184",
    severity=Severity.ERROR,
    title="A file that the configuration reads is missing.",
    why="The functions `file` and `templatefile` read a file beside the configuration.",
    remedy="Put the file there, or pass the folder that holds it.",
)
UNDECLARED = Code(
    id="A2P186",
    severity=Severity.ERROR,
    title="A Terraform name is not declared.",
    why="No file of the configuration declares this local, or the key does not exist.",
    remedy="Correct the name, or pass the folder with all .tf files.",
)
DECLARED_ELSEWHERE = Code(
    id="A2P187",
    severity=Severity.WARNING,
    title="A variable is declared in another file.",
    why="A single .tf file was passed, so its type and its default are unknown.",
    remedy="Pass the folder, so that all of its .tf files are read.",
)
MODULE = Code(
    id="A2P188",
    severity=Severity.WARNING,
    title="A Terraform module is not read.",
    why="Its source is outside of the folder, so an image template in it stays unseen.",
    remedy="Pass the folder of the module, or the output of `terraform show -json`.",
)
NOT_EVALUATED = Code(
    id="A2P189",
    severity=Severity.ERROR,
    title="A Terraform expression cannot be evaluated.",
    why="Terraform refuses it too, or its meaning depends on values that are unknown.",
    remedy="Correct the expression, or write its value.",
)
