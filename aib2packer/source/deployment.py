"""Finds the image templates of a deployment template and evaluates them: parameters, variables, loops, nested deployments.

Sources:
https://learn.microsoft.com/azure/azure-resource-manager/templates/syntax
https://learn.microsoft.com/azure/azure-resource-manager/templates/linked-templates
https://learn.microsoft.com/azure/azure-resource-manager/templates/resource-declaration
https://learn.microsoft.com/azure/azure-resource-manager/templates/conditional-resource-deployment
https://learn.microsoft.com/azure/azure-resource-manager/templates/copy-resources
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache, partial

from msgspec.structs import replace

from aib2packer.arm.azure_only import Asked
from aib2packer.arm.copies import MAX_COPIES, whole
from aib2packer.arm.evaluator import Evaluator
from aib2packer.arm.fold import Folded, by_name, fold
from aib2packer.arm.folder import Folder
from aib2packer.arm.scope import Scope
from aib2packer.arm.unresolved import Unresolved, report
from aib2packer.diagnostics.codes import deployment as codes
from aib2packer.diagnostics.codes import expression as expression_codes
from aib2packer.diagnostics.codes import shape as shape_codes
from aib2packer.diagnostics.codes import template as template_codes
from aib2packer.diagnostics.model import Findings
from aib2packer.ir.clouds import Cloud
from aib2packer.ir.outputs import ImageDefinition
from aib2packer.ir.values import (
    Entry,
    Input,
    ListOf,
    Literal,
    Local,
    ObjectOf,
    Role,
    Value,
    Variable,
    is_known,
    walk,
)
from aib2packer.source import azure_context, gallery_definitions
from aib2packer.source.made_here import Made, said_of
from aib2packer.source.modules import Module, Modules
from aib2packer.source.parameters import GivenValue, declared_inputs, with_given, without_useless
from aib2packer.source.provider import PROVIDER, is_image_template
from aib2packer.source.surroundings import DECIDED, report_surroundings, report_unused
from aib2packer.source.template_keys import report_misspelt, report_unknown_keys, report_unread_keys, report_unread_of_loop
from aib2packer.source.template_shape import (
    always_gives,
    as_named,
    at_path,
    bound_values,
    count_needed,
    deploys_anything,
    functions_of,
    is_inner,
    level_of,
    makes_image,
    needed_locals,
    resources_of,
    types_in,
    variables_of,
)
from aib2packer.source.walk_parts import Area, Deployed, Image, Nesting

_DEPLOYMENTS = "microsoft.resources/deployments"
_TRIGGERS = f"{PROVIDER}/imagetemplates/triggers"
_UNEVALUATED = frozenset({"dependson", "resources", "scope", "comments", "metadata"})
_READ_HERE = frozenset({"condition", "copy"})
MAX_NESTING = 20


def read_deployment(
    root: ObjectOf, given: tuple[GivenValue, ...], as_text: frozenset[str], cloud: Cloud, findings: Findings
) -> tuple[Deployed, ...]:
    """The image templates of a deployment template in one of Azure's clouds, in the order of the file."""
    walk_ = _Walk(root, cloud, findings)
    report_unknown_keys(root, findings)
    inputs = with_given(
        declared_inputs(root.get("parameters"), root.get("definitions"), findings), given, as_text, findings, root.place
    )
    evaluator = walk_.root_evaluator(root, inputs)
    evaluated = tuple(_with_default(each, evaluator) for each in inputs)
    inputs = walk_.inputs = tuple(_without_cycle(each, evaluated, evaluator.locals, findings) for each in evaluated)
    found = list(walk_.resources(root, Nesting(evaluator, 0)))
    walk_.note_definitions_elsewhere()
    report_surroundings(root, walk_.others, findings)
    results = tuple(walk_.deployed(each, (*inputs, *walk_.bound)) for each in found)
    decided = at_path(root, "metadata", DECIDED)
    names = (
        {str(each.value).lower() for each in decided.items if isinstance(each, Literal)} if isinstance(decided, ListOf) else set()
    )
    report_unused([each for each in inputs if each.name.lower() not in names], results, findings)
    return results


def _with_default(declared: Input, evaluator: Evaluator) -> Input:
    """The input with its default evaluated; one that is only the region of the group is asked for instead."""
    if declared.default is None:
        return declared
    default = evaluator.evaluate(declared.default, path=f"parameters.{declared.name}.defaultValue")
    if default == azure_context.LOCATION.reference:
        return replace(declared, default=None)
    return replace(declared, default=default)


def _without_cycle(declared: Input, inputs: tuple[Input, ...], named: Mapping[str, Value], findings: Findings) -> Input:
    """The input without a default that depends on itself, through other defaults and variables; ``named`` are these."""
    if declared.default is None or is_known(declared.default):
        return declared
    values: dict[tuple[type[Value], str], Value | None] = {(Variable, each.name.lower()): each.default for each in inputs}
    values |= {(Local, name.lower()): value for name, value in named.items()}
    reached: set[tuple[type[Value], str]] = set()
    pending = [declared.default]
    while pending:
        new = {(type(part), part.name.lower()) for part in walk(pending.pop()) if isinstance(part, Variable | Local)} - reached
        reached |= new
        pending += [value for part in new if (value := values.get(part)) is not None]
    if (Variable, declared.name.lower()) not in reached:
        return declared
    message = f"The default of the parameter {declared.name} depends on the parameter itself. Correct the default."
    findings.add(expression_codes.CYCLE, message, place=declared.default.place or declared.place)
    return replace(declared, default=None)


class _Walk:
    """Goes through a template's resources, nested ones included, and collects what the image templates need."""

    def __init__(self, root: ObjectOf, cloud: Cloud, findings: Findings) -> None:
        self._cloud = cloud
        self._findings = findings
        self._root = root
        self._evaluators: list[Evaluator] = []
        self.inputs: tuple[Input, ...] = ()
        self.bound: tuple[Input, ...] = ()
        self._copied = 0
        self.others: dict[str, None] = {}
        self._definitions: list[tuple[ObjectOf, Evaluator]] = []
        self._other_deployments: list[tuple[ObjectOf, Nesting]] = []
        self._made: list[Made] = []
        self._modules = Modules(findings)
        self._nested_so_far = 0

    def root_evaluator(self, root: ObjectOf, inputs: tuple[Input, ...]) -> Evaluator:
        """The evaluator of the outermost template, whose parameters are the inputs."""
        scope = Scope(
            parameters={each.name: each.reference for each in inputs},
            variables=variables_of(root),
            functions=functions_of(root),
            context=azure_context.context(self._cloud),
            shapes={each.name: value for each in inputs if (value := each.given or each.default) is not None},
            level=level_of(root),
            outputs=partial(self._modules.output, root),
        )
        return self._keep(Evaluator(scope, self._findings))

    def _keep(self, evaluator: Evaluator) -> Evaluator:
        self._evaluators.append(evaluator)
        return evaluator

    def resources(self, template: ObjectOf, level: Nesting) -> Iterator[Image]:
        """The image templates among the resources of a template, evaluated."""
        section = template.get("resources")
        values: Iterable[Value] = ()
        if isinstance(section, ListOf):
            values = section.items
        elif isinstance(section, ObjectOf):
            values = (entry.value for entry in section.entries)
            self._note_names(section, level)
        self._note_modules(template, level)
        for value in values:
            if not isinstance(value, ObjectOf):
                message = "A resource is not an object. Write one, or remove it."
                self._findings.add(shape_codes.WRONG_TYPE, message, place=value.place)
            elif value.get("existing") != Literal(True):
                yield from self._resource(value, level)

    def _resource(self, value: ObjectOf, level: Nesting) -> Iterator[Image]:
        kind = self._type(value, level)
        if kind == gallery_definitions.TYPE:
            self._note_definition(value, level)
        if kind and kind != _DEPLOYMENTS:
            self._made.append(Made("", value, level.evaluator, level.loops))
        if kind == _TRIGGERS:
            message = (
                "The trigger is not converted, and ends with the image template in Azure. Build by the schedule of a pipeline: "
                "--pipeline writes one."
            )
            self._findings.add(template_codes.BY_HAND, message, place=value.place)
            return
        if kind != _DEPLOYMENTS and not is_image_template(kind):
            if kind and not report_misspelt(value.get("type"), self._findings):
                self.others[kind] = None
            return
        if kind == _DEPLOYMENTS and not makes_image(value):
            if deploys_anything(value):
                self.others[_DEPLOYMENTS] = None
            self._other_deployments.append((value, level))
            return
        report_unread_of_loop(value.get("copy"), self._findings)
        areas = (*level.areas, Area(value.place))
        with self._findings.apart() as said:
            copies = list(self._copies(value, level, self._findings))
        if said.has_errors():
            areas[-1].said.take(said)
            yield Image(as_named(value), areas, level.parent, is_lost=True)
            return
        self._findings.take(said)
        for each in copies:
            if kind == _DEPLOYMENTS:
                yield from self._nested(value, each)
            else:
                yield from self._image(value, each)

    def _image(self, value: ObjectOf, level: Nesting) -> Iterator[Image]:
        areas = (*level.areas, Area(value.place))
        with self._findings.apart() as said:
            is_deployed = self._is_deployed(value, level, "image template")
            resource = self._evaluated(value, level) if is_deployed else None
        self._sort(said, areas if is_deployed else ())
        if resource is not None:
            yield Image(resource, areas, level.parent)

    def _sort(self, said: Findings, areas: tuple[Area, ...]) -> None:
        """Puts each finding to the innermost of the areas that it is about, else to the file."""
        for finding in said:
            area = next((each for each in reversed(areas) if each.contains(finding.place)), None)
            (area.said if area is not None else self._findings).keep(finding)

    def _note_modules(self, template: ObjectOf, level: Nesting) -> None:
        """Keeps the deployments of a template, of whose outputs its expressions may ask."""
        for symbol, value in resources_of(template):
            inner = at_path(value, "properties", "template")
            if not isinstance(inner, ObjectOf) or level.depth >= MAX_NESTING:
                continue
            if self._type(value, level) == _DEPLOYMENTS and isinstance(inner.get("outputs"), ObjectOf):
                for module in self._modules_of(symbol, value, inner, level):
                    self._modules.add(template, module)

    def _modules_of(self, symbol: str, value: ObjectOf, template: ObjectOf, level: Nesting) -> Iterator[Module]:
        properties = value.get("properties")
        assert isinstance(properties, ObjectOf)
        asking = self._keep(Evaluator(level.evaluator.scope, self._findings))
        with self._findings.apart():
            copies = list(self._copies(value, replace(level, evaluator=asking), self._findings))
            is_loop = isinstance(value.get("copy"), ObjectOf)
            named = [(each, self._text(value, "name", each)) for each in copies]
        for number, (each, name) in enumerate(named):
            inner = self._inner if makes_image(value) else self._inner_with_modules
            evaluator = cache(partial(inner, template, properties, value, each)) if is_inner(properties) else always_gives(asking)
            yield Module(f"{symbol}[{number}]" if symbol and is_loop else symbol, name, template, evaluator, each.loops)

    def _note_names(self, section: ObjectOf, level: Nesting) -> None:
        """Keeps the resources of a template that calls them by symbolic names."""
        named = [(entry.name, entry.value) for entry in section.entries]
        self._made += [
            Made(name or "", value, level.evaluator, level.loops) for name, value in named if isinstance(value, ObjectOf)
        ]

    def _note_definition(self, value: ObjectOf, level: Nesting) -> None:
        """Keeps an image definition, evaluated; what is wrong with it is not for this conversion to say."""
        quiet = Evaluator(level.evaluator.scope, Findings())
        wanted = [entry for entry in value.entries if entry.name in ("name", "properties")]
        for copy in self._copies(value, replace(level, evaluator=quiet), Findings()):
            evaluated = (Entry(each.key, quiet.evaluate(each.value, loops=copy.loops)) for each in wanted)
            self._definitions.append((ObjectOf(tuple(evaluated), place=value.place), quiet))

    def note_definitions_elsewhere(self) -> None:
        """Keeps the image definitions of deployments without image templates; what is wrong there is not for this conversion to say."""
        with self._findings.apart():
            for deployment, level in self._other_deployments:
                self._note_definitions_in(deployment, level)

    def _note_definitions_in(self, deployment: ObjectOf, level: Nesting) -> None:
        """Keeps the image definitions that a deployment makes, those of deployments in it as well."""
        properties, template = deployment.get("properties"), at_path(deployment, "properties", "template")
        if not isinstance(properties, ObjectOf) or not isinstance(template, ObjectOf) or level.depth >= MAX_NESTING:
            return
        if gallery_definitions.TYPE not in types_in(template):
            return
        for copy in self._copies(deployment, level, self._findings):
            inner = is_inner(properties)
            evaluator = self._inner(template, properties, deployment, copy) if inner else level.evaluator
            below = Nesting(evaluator, level.depth + 1, {} if inner else copy.loops)
            for _, value in resources_of(template):
                kind = self._type(value, below)
                if kind == gallery_definitions.TYPE and value.get("existing") != Literal(True):
                    self._note_definition(value, below)
                elif kind == _DEPLOYMENTS:
                    self._note_definitions_in(value, below)

    def _definition(self, value: ObjectOf, evaluator: Evaluator, used: set[str]) -> ImageDefinition | None:
        """An image definition, where it has all that one needs; ``used`` gets the names of the inputs of its values."""

        def known(part: Value) -> Value | None:
            folded = fold(part, self.inputs, locals=evaluator.locals)
            if not isinstance(folded, Folded):
                return None
            used.update(each.name for each in folded.used)
            return folded.value

        return gallery_definitions.read_definition(value, known)

    def _type(self, value: ObjectOf, level: Nesting) -> str:
        kind = value.get("type")
        evaluated = level.evaluator.evaluate(kind, loops=level.loops) if kind is not None else None
        return evaluated.value.lower() if isinstance(evaluated, Literal) and isinstance(evaluated.value, str) else ""

    def _copies(self, value: ObjectOf, level: Nesting, findings: Findings) -> Iterator[Nesting]:
        """One level for each copy of a resource, with its index; the level itself where there is no loop."""
        copy = value.get("copy")
        if not isinstance(copy, ObjectOf) or copy.get("count") is None:
            yield level
            return
        name, count = copy.get("name"), copy.get("count")
        assert count is not None
        evaluated = level.evaluator.evaluate(count, loops=level.loops, path="copy.count")
        folded = fold(evaluated, self.inputs, locals=self.locals())
        if isinstance(folded, Unresolved):
            report(folded, count_needed(count), findings)
            return
        known = whole(folded.value.value) if isinstance(folded.value, Literal) else None
        if known is None or not 0 <= known <= MAX_COPIES:
            given = "not an integer" if known is None else known
            message = f"The copy count is {given}, but Azure allows 0 to {MAX_COPIES}. Correct the count."
            findings.add(expression_codes.COPY_COUNT, message, place=count.place, path="copy.count")
            return
        if known == 0:
            message = "The copy count is 0, so this image template is never deployed. It is not converted."
            findings.add(codes.NOT_DEPLOYED, message, place=count.place, path="copy.count")
        self._copied += known
        if self._copied > MAX_COPIES:
            message = f"The loops of the file make more than {MAX_COPIES} resources, which is Azure's limit. Split the file."
            findings.add(expression_codes.COPY_COUNT, message, place=count.place, path="copy.count")
            return
        loop = name.value if isinstance(name, Literal) else ""
        for index in range(known):
            yield replace(level, loops={**level.loops, "": Literal(index), str(loop): Literal(index)})

    def _is_deployed(self, value: ObjectOf, level: Nesting, what: str) -> bool:
        condition = value.get("condition")
        if condition is None:
            return True
        evaluated = level.evaluator.evaluate(condition, loops=level.loops, path="condition")
        if evaluated == Literal(False):
            verb = "run" if what == "deployment" else "deployed"
            message = f"The condition of this {what} is false, so it is never {verb}. It is not converted."
            self._findings.add(codes.NOT_DEPLOYED, message, place=condition.place)
            return False
        if not isinstance(evaluated, Literal):
            verb = "runs" if what == "deployment" else "deploys"
            message = f"Azure {verb} this {what} only if its condition holds. The project does not check the condition."
            self._findings.add(codes.LIVE_CONDITION, message, place=condition.place)
        return True

    def _evaluated(self, value: ObjectOf, level: Nesting) -> ObjectOf:
        entries = tuple(
            entry
            if entry.name is not None and entry.name.lower() in _UNEVALUATED
            else Entry(entry.key, level.evaluator.evaluate(entry.value, loops=level.loops, path=entry.name or ""))
            for entry in value.entries
            if entry.name is None or entry.name.lower() not in _READ_HERE
        )
        return ObjectOf(entries, place=value.place)

    def _nested(self, value: ObjectOf, level: Nesting) -> Iterator[Image]:
        properties = value.get("properties")
        template = properties.get("template") if isinstance(properties, ObjectOf) else None
        if not isinstance(properties, ObjectOf) or level.depth >= MAX_NESTING:
            return
        if not isinstance(template, ObjectOf):
            if properties.get("templateLink") is not None:
                message = "This nested deployment refers to another file. Convert that file too if it holds an image template."
                self._findings.add(codes.LINKED_TEMPLATE, message, place=value.place)
            return
        report_unknown_keys(template, self._findings)
        report_unread_keys(properties, self._findings)
        area = Area(value.place)
        areas = (*level.areas, area)
        with self._findings.apart() as said:
            is_deployed = self._is_deployed(value, level, "deployment")
            inner = is_inner(properties)
            below = self._inner(template, properties, value, level) if inner else level.evaluator
            name = self._text(value, "name", level)
        if not is_deployed:
            self._findings.keep(*(each for each in said if each.code is codes.NOT_DEPLOYED))
            return
        self._sort(said, areas)
        parent = str(name.value) if isinstance(name, Literal) else ""
        found = list(self.resources(template, Nesting(below, level.depth + 1, {} if inner else level.loops, areas, parent)))
        if not found:
            self._findings.take(area.said)
        yield from found

    def _inner(self, template: ObjectOf, properties: ObjectOf, value: ObjectOf, level: Nesting) -> Evaluator:
        """The evaluator of a nested template with a scope of its own: its parameters are bound to values of the outer one."""
        passed = properties.get("parameters")
        asking = self._keep(Evaluator(level.evaluator.scope, self._findings))
        evaluated = asking.evaluate(passed, loops=level.loops) if passed is not None else ObjectOf(())
        bound = bound_values(evaluated)
        unsaid = Findings()
        declared = declared_inputs(template.get("parameters"), template.get("definitions"), unsaid)
        self._findings.hide(*unsaid.hidden)
        self._findings.keep(*(each for each in unsaid if each.code is codes.BAD_DECLARATION))
        bound |= {
            name: self._asked_for(each, bound[name])
            for each in declared
            if each.secret
            for name in bound
            if name.lower() == each.name.lower()
        }
        elsewhere = (self._text(value, name, level) for name in ("subscriptionId", "resourceGroup"))
        context = azure_context.context(self._cloud, *elsewhere)
        variables, functions = variables_of(template), functions_of(template)
        self._nested_so_far += 1
        name = f"nested{self._nested_so_far}_"
        scope = Scope(
            parameters=bound,
            variables=variables,
            functions=functions,
            context=context,
            level=level_of(template),
            local_prefix=name,
            outputs=partial(self._modules.output, template),
        )
        parameters = dict(bound)
        for each in declared:
            if each.name.lower() not in {key.lower() for key in bound} and each.default is not None:
                defaults = Evaluator(replace(scope, parameters=parameters), self._findings)
                parameters[each.name] = defaults.evaluate(each.default)
        return self._keep(Evaluator(replace(scope, parameters=parameters), self._findings))

    def _inner_with_modules(self, template: ObjectOf, properties: ObjectOf, value: ObjectOf, level: Nesting) -> Evaluator:
        """As ``_inner``, of a template that is only asked for its outputs, which may be those of deployments in it."""
        evaluator = self._inner(template, properties, value, level)
        self._note_modules(template, Nesting(evaluator, level.depth + 1))
        return evaluator

    def _asked_for(self, declared: Input, value: Value) -> Value:
        """The value of a secret parameter of a nested deployment; one that stands in the file becomes an input of the project."""
        folded = fold(value, self.inputs, locals=self.locals())
        if (
            isinstance(folded, Unresolved)
            or any(each.secret for each in folded.used)
            or folded.value in (Literal(""), Literal(None))
        ):
            return value
        taken = {each.name.lower() for each in self.inputs}
        wishes = (declared.name, *(f"{declared.name}{number}" for number in range(2, len(taken) + 3)))
        name = next(wish for wish in wishes if wish.lower() not in taken)
        self._findings.hide(value.place)
        message = f"The value of the secret parameter {declared.name} is not written into the project."
        self._findings.add(codes.SECRET_LEFT_OUT, message, place=value.place, asks=(Role.PARAMETER, name.lower()))
        asked = replace(declared, name=name, default=None, given=None)
        self.inputs = (*self.inputs, asked)
        self.bound = (*self.bound, asked)
        return asked.reference

    def _text(self, value: ObjectOf, name: str, level: Nesting) -> Value | None:
        written = value.get(name)
        found = level.evaluator.evaluate(written, loops=level.loops) if written is not None else None
        if isinstance(found, ListOf | ObjectOf):
            message = f"`{name}` is not a string. Write one, or remove it."
            self._findings.add(shape_codes.WRONG_TYPE, message, place=found.place)
            return None
        return found

    def locals(self) -> dict[str, Value]:
        """The named values of all templates so far."""
        return {name: value for evaluator in self._evaluators for name, value in evaluator.locals.items()}

    def deployed(self, image: Image, inputs: tuple[Input, ...]) -> Deployed:
        """An evaluated resource with all that it needs: named values, and inputs for what only Azure knows."""
        said = image.said()
        if image.is_lost:
            return Deployed(value=image.value, said=said, is_lost=True, parent=image.parent, inputs=(), locals=(), definitions=())
        folder = Folder(by_name(each for each in inputs if not each.secret), self.locals(), None)
        asked = Asked(said, partial(said_of, self._made), folder.simplify)
        resource = asked.replace(image.value)
        assert isinstance(resource, ObjectOf)
        named = {name: asked.replace(each) for name, each in needed_locals(resource, self.locals()).items()}
        own = tuple(
            replace(each, default=asked.replace(each.default))
            if each.default is not None and not is_known(each.default)
            else each
            for each in inputs
        )
        own = without_useless(own, (resource, *named.values()), said)
        needed = (*own, *azure_context.INPUTS, *asked.inputs.values())
        used_in_definitions: set[str] = set()
        definitions = tuple(
            each for made in self._definitions if (each := self._definition(*made, used_in_definitions)) is not None
        )
        return Deployed(
            value=resource,
            said=said,
            is_lost=False,
            parent=image.parent,
            inputs=needed,
            asked=(*(each.name for each in folder.used), *(each.name for each in folder.missing), *used_in_definitions),
            locals=tuple((Local(name), each) for name, each in named.items()),
            definitions=definitions,
        )
