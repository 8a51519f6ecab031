"""What needs a literal value and has none says why, and what to do; what only Azure can tell says how to look it up."""

from __future__ import annotations

import pytest

from aib2packer.arm.azure_only import Asked
from aib2packer.arm.evaluator import evaluate
from aib2packer.arm.partial import value_of
from aib2packer.arm.resolve import Resolver
from aib2packer.arm.scope import Scope
from aib2packer.arm.unresolved import Need, Reason, Unresolved, report
from aib2packer.diagnostics.codes import deployment, expression
from aib2packer.diagnostics.model import Finding, Findings, Severity
from aib2packer.ir.values import Access, Call, Input, Joined, Kind, ListOf, Literal, Role, Value, Variable

NAME, TIMES = Variable("name", Role.PARAMETER, Kind.TEXT), Variable("times", Role.PARAMETER, Kind.NUMBER)
PLACE, GROUP = Variable("region", Role.PLACEHOLDER, Kind.TEXT), Variable("group", Role.AZURE, Kind.ANY)
NEEDED = Need(code=deployment.FIXED_AT_CONVERSION, place=None, path="properties.vmSize")
STOPS = Finding(code=expression.INDEX_OUTSIDE, message="The index 1 is out of range.", severity=Severity.ERROR)


def need(*, subject: str = "", before: str = "", effect: str = "", instead: str = "", says_kinds: bool = False) -> Need:
    return Need(
        code=NEEDED.code, place=None, path=NEEDED.path, subject=subject, before=before, effect=effect, instead=instead,
        says_kinds=says_kinds,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("why", "needed", "message"),
    [
        (Unresolved(reason=Reason.NO_VALUE, inputs=(NAME,)), NEEDED,
         "`vmSize` needs a literal value but uses parameter `name`, which has none. Pass a value with -p or --set."),
        (Unresolved(reason=Reason.NO_VALUE, inputs=(NAME, TIMES)), NEEDED,
         "`vmSize` needs a literal value but uses parameters `name` and `times`, which have none. Pass values with -p or --set."),
        (Unresolved(reason=Reason.NO_VALUE, inputs=(TIMES, NAME)), need(says_kinds=True),
         "`vmSize` needs a literal value but uses parameters `times` and `name`, which have none. "
         "Pass an integer as `times` and a string as `name` with -p or --set."),
        (Unresolved(reason=Reason.NO_VALUE, inputs=(TIMES,)), need(subject="A loop", says_kinds=True, instead="write the steps out"),
         "A loop needs a literal value but uses parameter `times`, which has none. "
         "Pass an integer with -p or --set, or write the steps out."),
        (Unresolved(reason=Reason.NO_VALUE, inputs=(NAME, PLACE, GROUP)), NEEDED,
         "`vmSize` needs a literal value but uses parameter `name`, placeholder `region` and variable `group`, which have none. "
         "Write a literal value into the template."),
        (Unresolved(reason=Reason.SECRET, inputs=(NAME,)), NEEDED,
         "`vmSize` needs a literal value but uses parameter `name`, which is secret and not written into the project. "
         "Use a value that is not secret."),
        (Unresolved(reason=Reason.SECRET, inputs=(NAME, TIMES)), NEEDED,
         "`vmSize` needs a literal value but uses parameters `name` and `times`, which are secret and not written into the project. "
         "Use a value that is not secret."),
        (Unresolved(reason=Reason.BUILD_TIME, functions=("utcNow", "newGuid")), need(before="Before.", effect="Effect."),
         "Before. `vmSize` needs a literal value but uses `utcNow` and `newGuid`, known only to Azure or the build. Effect. "
         "Write a literal value into the template."),
        (Unresolved(reason=Reason.BUILD_TIME), NEEDED,
         "`vmSize` needs a literal value, which only Azure or the build knows. Write a literal value into the template."),
        (Unresolved(reason=Reason.FAILS, problem=STOPS), NEEDED,
         "`vmSize` needs a literal value, but its expression fails. The index 1 is out of range. Correct the expression."),
        (Unresolved(reason=Reason.FAILS, inputs=(NAME,)), NEEDED,
         "`vmSize` needs a literal value, but its expression fails with the current value of parameter `name`. "
         "Correct the expression, or pass another value with -p or --set."),
        (Unresolved(reason=Reason.FAILS, inputs=(NAME, PLACE), problem=STOPS), NEEDED,
         "`vmSize` needs a literal value, but its expression fails with the current values of parameter `name` and "
         "placeholder `region`. The index 1 is out of range. Correct the expression."),
    ],
)  # fmt: skip
def test_what_has_no_value_says_why_and_what_to_do(why: Unresolved, needed: Need, message: str) -> None:
    findings = Findings()
    report(why, needed, findings)
    (found,) = findings
    fails = why.reason is Reason.FAILS
    assert found.message == message
    assert found.path == "properties.vmSize"
    assert found.code == (why.problem.code if why.problem else needed.code)
    assert found.severity is (Severity.ERROR if fails else needed.code.severity)


def test_what_the_evaluation_has_said_is_not_said_again() -> None:
    findings = Findings()
    findings.keep(STOPS)
    report(Unresolved(reason=Reason.FAILS, problem=STOPS), NEEDED, findings)
    assert list(findings) == [STOPS]


# ---- resolving


def resolved(value: Value, *inputs: Input, secrets: bool = False) -> tuple[Value | Unresolved, list[str]]:
    findings = Findings()
    found = Resolver(inputs, (), findings, frozenset()).resolve(value, "properties.x", secrets=secrets)
    return found, [each.message for each in findings]


def test_a_value_that_is_computed_says_from_what() -> None:
    name = Input(name="name", role=Role.PARAMETER, kind=Kind.TEXT, description="", default=Literal("a"))
    times = Input(name="times", role=Role.PARAMETER, kind=Kind.NUMBER, description="", given=Literal(2))
    how = "written as a constant. To change it, convert again with -p or --set."
    assert resolved(NAME, name) == (Literal("a"), [f"Computed from the current value of `name` and {how}"])
    both = Joined((NAME, TIMES))
    assert resolved(both, name, times) == (Literal("a2"), [f"Computed from the current values of `name` and `times` and {how}"])
    assert resolved(Joined((Call("toUpper", (Literal("a"),)),))) == (Literal("A"), [])


def test_a_secret_that_was_given_is_not_written_down() -> None:
    secret = Input(name="name", role=Role.PARAMETER, kind=Kind.TEXT, description="", secret=True, given=Literal("a"))
    assert resolved(NAME, secret) == (Unresolved(reason=Reason.SECRET, inputs=(secret.reference,)), [])
    assert resolved(NAME, secret, secrets=True)[0] == Literal("a")


# ---- what only Azure can tell

ID = "'/subscriptions/S/resourceGroups/G/providers/A.B/storageAccounts/one'"
OTHER = "'/subscriptions/S/resourceGroups/H/providers/A.B/storageAccounts/one'"
SHOWN = "az resource show --ids /subscriptions/S/resourceGroups/G/providers/A.B/storageAccounts/one --query"

CONTEXTS = (
    ("subscription", "subscription"), ("deployment", "deployment"), ("environment", "environment"), ("tenant", "tenant"),
    ("managementGroup", "management_group"), ("deployer", "deployer"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "name", "description"),
    [
        (f"[reference({ID}, '2020-01-01').blob.endpoint]", "storage_account_blob_endpoint", f"Result of: {SHOWN} properties.blob.endpoint -o tsv"),
        (f"[reference({ID}, '2020-01-01', 'Full').identity.principalId]", "storage_account_identity_principal_id",
         f"Result of: {SHOWN} identity.principalId -o tsv"),
        (f"[listKeys({ID}, '2020-01-01').keys[0].value]", "storage_account_keys_0",
         "Result of: az resource invoke-action --action listKeys --ids /subscriptions/S/resourceGroups/G/providers/A.B/storageAccounts/one "
         "--query keys[0].value -o tsv"),
        ("[reference('/s/identities/one')]", "identity", "Result of: az resource show --ids /s/identities/one --query properties"),
        ("[reference('vault').x]", "vault_x", "Result of reference('vault').x in the deployment."),
        ("[reference('/s/deployments/first').outputs.a.value]", "first_a",
         "Result of: az resource show --ids /s/deployments/first --query properties.outputs.a.value -o tsv"),
        ("[reference(concat('/s/accounts/', parameters('p'))).x]", "account_x",
         "Result of: az resource show --ids /s/accounts/P --query properties.x -o tsv"),
        ("[reference(concat('/s/identities/', split(parameters('p'), '/')[8])).x]", "identity_x",
         "Result of: az resource show --ids /s/identities/IDENTITY --query properties.x -o tsv"),
        ("[resourceGroup().tags]", "resource_group_tags", "Result of: az group show -n RESOURCE-GROUP --query tags"),
        *((f"[{each}().x]", f"{name}_x", f"Result of {each}().x in the deployment.") for each, name in CONTEXTS),
        ("[uniqueString(parameters('p'))]", "unique_string",
         "Result of uniqueString(p) in the deployment: the 13 letters in the names of its resources."),
        ("[pickZones('A', parameters('p'), concat('x', parameters('p')), 2, true())]", "pick_zones",
         "Result of pickZones('A', p, 'x<p>', 2, true) in the deployment."),
        ("[toLogicalZones('A', 'b', createArray(parameters('p')))]", "to_logical_zones",
         "Result of toLogicalZones('A', 'b', ...) in the deployment."),
        (f"[toLogicalZones('A', 'b', '{'c' * 120}')]", "to_logical_zones",
         f"Result of toLogicalZones('A', 'b', '{'c' * 90}...) in the deployment."),
    ],
)  # fmt: skip
def test_what_only_azure_knows_says_where_it_is_found(text: str, name: str, description: str) -> None:
    findings = Findings()
    live = evaluate(Literal(text), Scope(parameters={"p": Variable("p", Role.PARAMETER, Kind.TEXT)}), findings)
    asked = Asked(findings)
    kind = {"zones": Kind.LIST, "tags": Kind.OBJECT, "identity": Kind.OBJECT}.get(name.rpartition("_")[2], Kind.TEXT)
    secret = "[list" in text
    assert asked.replace(live) == Variable(name, Role.AZURE, kind, secret)
    assert [(each.name, each.kind, each.description, each.secret) for each in asked.inputs.values()] == [
        (name, kind, description, secret)
    ]
    assert [(each.code, each.asks) for each in findings] == [(deployment.ASKED_OF_AZURE, (Role.AZURE, name))]


def test_what_is_known_of_an_input_is_filled_in_and_two_inputs_stay_apart() -> None:
    parameters = {name: Variable(name, Role.PARAMETER, Kind.TEXT) for name in "pq"}
    text = "[createArray(reference(concat('/s/accounts/', parameters('p'))).x, reference(concat('/s/accounts/', parameters('q'))).x)]"
    live = evaluate(Literal(text), Scope(parameters=parameters), Findings())
    asked = Asked(Findings(), filled=lambda value: Literal("/s/accounts/one"))
    asked.replace(live)
    description = "Result of: az resource show --ids /s/accounts/one --query properties.x -o tsv"
    assert {name: each.description for name, each in asked.inputs.items()} == {
        "account_x": description,
        "account_x_2": description,
    }


def test_two_that_would_have_one_name_are_numbered() -> None:
    findings = Findings()
    live = [evaluate(Literal(f"[reference({each}, '2020-01-01').x]"), Scope(), findings) for each in (ID, OTHER, ID)]
    asked = Asked(findings)
    found = asked.replace(ListOf(tuple(live)))
    assert isinstance(found, ListOf)
    assert [each.name for each in found.items if isinstance(each, Variable)] == [
        "storage_account_x", "storage_account_x_2", "storage_account_x",
    ]  # fmt: skip
    assert len(findings) == 2


@pytest.mark.parametrize(
    "text", ["[parameters('p').a]", "[parameters('p')[parameters('n')]]", "[toLower(parameters('n'))]", "[nosuch()]"]
)
def test_what_the_project_itself_can_tell_is_not_asked_for(text: str) -> None:
    kinds = {"p": Kind.OBJECT, "n": Kind.TEXT}
    scope = Scope(parameters={name: Variable(name, Role.PARAMETER, kind) for name, kind in kinds.items()})
    live = evaluate(Literal(text), scope, Findings())
    asked = Asked(Findings())
    assert asked.replace(live) == live
    assert asked.inputs == {}


def test_a_property_whose_name_is_live_is_taken_from_the_whole_object() -> None:
    live = evaluate(Literal("[reference('/s/vaults/one')[parameters('n')]]"), Scope(parameters={"n": NAME}), Findings())
    assert Asked(Findings()).replace(live) == Access(Variable("vault", Role.AZURE, Kind.OBJECT), NAME)


def test_what_the_file_says_of_its_own_resource_is_not_asked_for() -> None:
    live = evaluate(Literal(f"[concat(reference({ID}).a, '-')]"), Scope(), Findings())
    asked = Asked(Findings(), made=lambda call, keys: value_of("known") if keys == ("a",) else None)
    assert asked.replace(live) == Joined((Literal("known"), Literal("-")))
    assert asked.inputs == {}
