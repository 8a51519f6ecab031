"""A rehearsal: the steps of the template on a machine that is there already, by Packer's null builder.

No VM is made, no image and no output; nothing of Azure is needed. The deprovisioning script is put in place first all the same,
because steps may look at it or change it; it is run only where that is asked for, since it takes the machine's users away.
"""

from __future__ import annotations

from aib2packer.arm.resolve import Resolver
from aib2packer.assemble.finish import finished
from aib2packer.assemble.steps import lower_steps
from aib2packer.assemble.validation import lower_checks
from aib2packer.diagnostics.model import Fidelity, Findings
from aib2packer.ir.choices import Choices, Os
from aib2packer.ir.template import ImageTemplate
from aib2packer.lowering import deprovision
from aib2packer.lowering.build import Build
from aib2packer.lowering.lowered import Builder, differs, task
from aib2packer.lowering.machine import lower_connection
from aib2packer.lowering.names import names_of
from aib2packer.lowering.say import Say

NOT_GENERALIZED = "does not generalize the machine; `--generalize` does"
_NEEDED = {
    Os.LINUX: "Prepare a Linux machine that may be lost, with an SSH server and a user with sudo without a password",
    Os.WINDOWS: "Prepare a Windows machine that may be lost, with WinRM and an administrator",
}


def lower_to_machine(template: ImageTemplate, findings: Findings, resolver: Resolver, choices: Choices) -> Build:
    """The project of a rehearsal, not printed yet."""
    names = names_of(template, choices)
    say = Say(template=template, findings=findings, resolver=resolver, names=names, builder=Builder.MACHINE, choices=choices)
    not_generalized = differs("(after the last step)", "generalizes the VM", NOT_GENERALIZED, Fidelity.MANUAL)
    lowered = (
        lower_connection(say),
        deprovision.place_script(say),
        *lower_steps(template.steps, say),
        deprovision.run_script(say) if choices.generalize else not_generalized,
    )
    validation, handed_on = lower_checks((), say)
    parts = (*lowered, handed_on, task(_NEEDED[template.os]))
    return finished(say, parts, checks=validation)
