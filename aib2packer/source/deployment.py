"""Finds the image templates of a deployment template and evaluates them: parameters, variables, loops, nested deployments.

Sources:
https://learn.microsoft.com/azure/azure-resource-manager/templates/syntax
https://learn.microsoft.com/azure/azure-resource-manager/templates/linked-templates
https://learn.microsoft.com/azure/azure-resource-manager/templates/resource-declaration
https://learn.microsoft.com/azure/azure-resource-manager/templates/conditional-resource-deployment
https://learn.microsoft.com/azure/azure-resource-manager/templates/copy-resources
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, partial

from aib2packer.arm.azure_only import Asked
from aib2packer.arm.copies import MAX_COPIES, whole
from aib2packer.arm.evaluator import Evaluator
from aib2packer.arm.fold import Folded, fold
from aib2packer.arm.scope import Level, Scope, UserFunction
from aib2packer.arm.unresolved import Need, Unresolved, report
from aib2packer.diagnostics.codes import deployment as codes
from aib2packer.diagnostics.codes import expression as expression_codes
from aib2packer.diagnostics.codes import template as template_codes
from aib2packer.diagnostics.model import Findings
from aib2packer.diagnostics.place import Place
from aib2packer.ir.clouds import Cloud
from aib2packer.ir.template import ImageDefinition
from aib2packer.ir.values import (
    Entry,
    Input,
    ListOf,
    Literal,
    Local,
    ObjectOf,
    Value,
    Variable,
    is_known,
    locals_in,
    texts_in,
    walk,
)
from aib2packer.source import azure_context, gallery_definitions
from aib2packer.source.made_here import Made, said_of
from aib2packer.source.modules import Module, Modules
from aib2packer.source.parameters import GivenValue, declared_inputs, with_given, without_useless
from aib2packer.source.provider import PROVIDER

_DEPLOYMENTS = "microsoft.resources/deployments"
_TRIGGERS = f"{PROVIDER}/imagetemplates/triggers"
_UNEVALUATED = frozenset({"dependson", "resources", "scope", "comments", "metadata"})
_READ_HERE = frozenset({"condition", "copy"})
MAX_NESTING = 20
DECIDED = "decidedAtConversion"
"""The key of a template's metadata under which a reader lists the parameters that it needed. It has findings for these, and for the
other resources of its file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployed:
    """An image template of a deployment: its evaluated resource, what it needs, its named values, and the file's image definitions.

    ``said`` are the findings about it alone. ``is_lost`` if it cannot be told how often it is deployed; ``value`` is then as it
    stands in the file. ``parent`` is the name of the deployment that it is in (empty: the file itself).
    """

    value: ObjectOf
    said: Findings
    is_lost: bool
    parent: str
    inputs: tuple[Input, ...]
    locals: tuple[tuple[Local, Value], ...]
    definitions: tuple[ImageDefinition, ...]


@dataclass(frozen=True, slots=True)
class _Area:
    """A resource of the file, and the findings about all that is in it."""

    place: Place | None
    said: Findings = field(default_factory=Findings)

    def contains(self, place: Place | None) -> bool:
        return place is None or (self.place is not None and self.place.contains(place))


@dataclass(frozen=True, slots=True)
class _Level:
    """A template on the way down: its evaluator, how deep it is nested, and the deployments that it is in."""

    evaluator: Evaluator
    depth: int
    loops: Mapping[str, Value] = field(default_factory=dict)
    areas: tuple[_Area, ...] = ()
    parent: str = ""


@dataclass(frozen=True, slots=True)
class _Image:
    """An image template on the way up: its resource, and the areas that it is in, its own at the end."""

    value: ObjectOf
    areas: tuple[_Area, ...]
    parent: str
    is_lost: bool = False

    def said(self) -> Findings:
        """The findings about it, and about the deployments that it is in."""
        all_ = Findings()
        for area in self.areas:
            all_.take(area.said)
        return all_


def read_deployment(
    root: ObjectOf, given: tuple[GivenValue, ...], as_text: frozenset[str], cloud: Cloud, findings: Findings
) -> tuple[Deployed, ...]:
    """The image templates of a deployment template in one of Azure's clouds, in the order of the file."""
    walk_ = _Walk(root, cloud, findings)
    inputs = with_given(
        declared_inputs(root.get("parameters"), root.get("definitions"), findings), given, as_text, findings, root.place
    )
    evaluator = walk_.root_evaluator(root, inputs)
    inputs = walk_.inputs = tuple(_with_default(each, evaluator) for each in inputs)
    found = list(walk_.resources(root, _Level(evaluator, 0)))
    walk_.report_surroundings(root)
    results = tuple(walk_.deployed(each, inputs) for each in found)
    decided = _at(root, "metadata", DECIDED)
    names = (
        {str(each.value).lower() for each in decided.items if isinstance(each, Literal)} if isinstance(decided, ListOf) else set()
    )
    _report_unused([each for each in inputs if each.name.lower() not in names], results, findings)
    return results


def _with_default(declared: Input, evaluator: Evaluator) -> Input:
    """The input with its default evaluated; one that is only the region of the group is asked for instead."""
    if declared.default is None:
        return declared
    default = evaluator.evaluate(declared.default, path=f"parameters.{declared.name}.defaultValue")
    if default == azure_context.LOCATION.reference:
        return replace(declared, default=None)
    return replace(declared, default=default)


class _Walk:
    """Goes through a template's resources, nested ones included, and collects what the image templates need."""

    def __init__(self, root: ObjectOf, cloud: Cloud, findings: Findings) -> None:
        self._cloud = cloud
        self._findings = findings
        self._root = root
        self._evaluators: list[Evaluator] = []
        self.inputs: tuple[Input, ...] = ()
        self._others: dict[str, None] = {}
        self._definitions: list[tuple[ObjectOf, Evaluator]] = []
        self._made: list[Made] = []
        self._modules = Modules(findings)
        self._nested_so_far = 0

    def root_evaluator(self, root: ObjectOf, inputs: tuple[Input, ...]) -> Evaluator:
        """The evaluator of the outermost template, whose parameters are the inputs."""
        scope = Scope(
            parameters={each.name: each.reference for each in inputs},
            variables=_variables(root),
            functions=_functions(root),
            context=azure_context.context(self._cloud),
            shapes={each.name: value for each in inputs if (value := each.given or each.default) is not None},
            level=_level(root),
            outputs=partial(self._modules.output, root),
        )
        return self._keep(Evaluator(scope, self._findings))

    def _keep(self, evaluator: Evaluator) -> Evaluator:
        self._evaluators.append(evaluator)
        return evaluator

    def resources(self, template: ObjectOf, level: _Level) -> Iterator[_Image]:
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
            if isinstance(value, ObjectOf) and value.get("existing") != Literal(True):
                yield from self._resource(value, level)

    def _resource(self, value: ObjectOf, level: _Level) -> Iterator[_Image]:
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
        if kind != _DEPLOYMENTS and not _is_image_template(kind):
            if kind:
                self._others[kind] = None
            return
        if kind == _DEPLOYMENTS and not _makes_image(value):
            if _deploys(value):
                self._others[_DEPLOYMENTS] = None
            return
        areas = (*level.areas, _Area(value.place))
        with self._findings.apart() as said:
            copies = list(self._copies(value, level, self._findings))
        if said.has_errors():
            areas[-1].said.take(said)
            yield _Image(_named(value), areas, level.parent, is_lost=True)
            return
        self._findings.take(said)
        for each in copies:
            if kind == _DEPLOYMENTS:
                yield from self._nested(value, each)
            else:
                yield from self._image(value, each)

    def _image(self, value: ObjectOf, level: _Level) -> Iterator[_Image]:
        areas = (*level.areas, _Area(value.place))
        with self._findings.apart() as said:
            is_deployed = self._is_deployed(value, level, "image template")
            resource = self._evaluated(value, level) if is_deployed else None
        self._sort(said, areas if is_deployed else ())
        if resource is not None:
            yield _Image(resource, areas, level.parent)

    def _sort(self, said: Findings, areas: tuple[_Area, ...]) -> None:
        """Puts each finding to the innermost of the areas that it is about, else to the file."""
        for finding in said:
            area = next((each for each in reversed(areas) if each.contains(finding.place)), None)
            (area.said if area is not None else self._findings).keep(finding)

    def _note_modules(self, template: ObjectOf, level: _Level) -> None:
        """Keeps the deployments of a template, of whose outputs its expressions may ask."""
        section = template.get("resources")
        found: Iterable[tuple[str, Value]] = ()
        if isinstance(section, ListOf):
            found = (("", each) for each in section.items)
        elif isinstance(section, ObjectOf):
            found = ((entry.name or "", entry.value) for entry in section.entries)
        for symbol, value in found:
            inner = _at(value, "properties", "template")
            if not isinstance(value, ObjectOf) or not isinstance(inner, ObjectOf) or level.depth >= MAX_NESTING:
                continue
            if self._type(value, level) == _DEPLOYMENTS and isinstance(inner.get("outputs"), ObjectOf):
                for module in self._modules_of(symbol, value, inner, level):
                    self._modules.add(template, module)

    def _modules_of(self, symbol: str, value: ObjectOf, template: ObjectOf, level: _Level) -> Iterator[Module]:
        properties = value.get("properties")
        assert isinstance(properties, ObjectOf)
        asking = self._keep(Evaluator(level.evaluator.scope, self._findings))
        with self._findings.apart():
            copies = list(self._copies(value, replace(level, evaluator=asking), self._findings))
            is_loop = isinstance(value.get("copy"), ObjectOf)
            named = [(each, self._text(value, "name", each)) for each in copies]
        for number, (each, name) in enumerate(named):
            evaluator = (
                cache(partial(self._inner, template, properties, value, each)) if _is_inner(properties) else _always(asking)
            )
            yield Module(f"{symbol}[{number}]" if symbol and is_loop else symbol, name, template, evaluator, each.loops)

    def _note_names(self, section: ObjectOf, level: _Level) -> None:
        """Keeps the resources of a template that calls them by symbolic names."""
        named = [(entry.name, entry.value) for entry in section.entries]
        self._made += [
            Made(name or "", value, level.evaluator, level.loops) for name, value in named if isinstance(value, ObjectOf)
        ]

    def _note_definition(self, value: ObjectOf, level: _Level) -> None:
        """Keeps an image definition, evaluated; what is wrong with it is not for this conversion to say."""
        quiet = Evaluator(level.evaluator.scope, Findings())
        wanted = [entry for entry in value.entries if entry.name in ("name", "properties")]
        for copy in self._copies(value, replace(level, evaluator=quiet), Findings()):
            evaluated = (Entry(each.key, quiet.evaluate(each.value, loops=copy.loops)) for each in wanted)
            self._definitions.append((ObjectOf(tuple(evaluated), place=value.place), quiet))

    def _definition(self, value: ObjectOf, evaluator: Evaluator) -> ImageDefinition | None:
        def known(part: Value) -> Value | None:
            folded = fold(part, self.inputs, locals=evaluator.locals)
            return folded.value if isinstance(folded, Folded) else None

        return gallery_definitions.read_definition(value, known)

    def _type(self, value: ObjectOf, level: _Level) -> str:
        kind = value.get("type")
        evaluated = level.evaluator.evaluate(kind, loops=level.loops) if kind is not None else None
        return evaluated.value.lower() if isinstance(evaluated, Literal) and isinstance(evaluated.value, str) else ""

    def _copies(self, value: ObjectOf, level: _Level, findings: Findings) -> Iterator[_Level]:
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
            report(folded, _count_needed(count), findings)
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
        loop = name.value if isinstance(name, Literal) else ""
        for index in range(known):
            yield replace(level, loops={**level.loops, "": Literal(index), str(loop): Literal(index)})

    def _is_deployed(self, value: ObjectOf, level: _Level, what: str) -> bool:
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

    def _evaluated(self, value: ObjectOf, level: _Level) -> ObjectOf:
        entries = tuple(
            entry
            if entry.name is not None and entry.name.lower() in _UNEVALUATED
            else Entry(entry.key, level.evaluator.evaluate(entry.value, loops=level.loops, path=entry.name or ""))
            for entry in value.entries
            if entry.name is None or entry.name.lower() not in _READ_HERE
        )
        return ObjectOf(entries, place=value.place)

    def _nested(self, value: ObjectOf, level: _Level) -> Iterator[_Image]:
        properties = value.get("properties")
        template = properties.get("template") if isinstance(properties, ObjectOf) else None
        if not isinstance(properties, ObjectOf) or level.depth >= MAX_NESTING:
            return
        if not isinstance(template, ObjectOf):
            if properties.get("templateLink") is not None:
                message = "This nested deployment refers to another file. Convert that file too if it holds an image template."
                self._findings.add(codes.LINKED_TEMPLATE, message, place=value.place)
            return
        area = _Area(value.place)
        areas = (*level.areas, area)
        with self._findings.apart() as said:
            is_deployed = self._is_deployed(value, level, "deployment")
            inner = _is_inner(properties)
            below = self._inner(template, properties, value, level) if inner else level.evaluator
            name = self._text(value, "name", level)
        if not is_deployed:
            self._findings.keep(*(each for each in said if each.code is codes.NOT_DEPLOYED))
            return
        self._sort(said, areas)
        parent = str(name.value) if isinstance(name, Literal) else ""
        found = list(self.resources(template, _Level(below, level.depth + 1, {} if inner else level.loops, areas, parent)))
        if not found:
            self._findings.take(area.said)
        yield from found

    def _inner(self, template: ObjectOf, properties: ObjectOf, value: ObjectOf, level: _Level) -> Evaluator:
        """The evaluator of a nested template with a scope of its own: its parameters are bound to values of the outer one."""
        passed = properties.get("parameters")
        asking = self._keep(Evaluator(level.evaluator.scope, self._findings))
        evaluated = asking.evaluate(passed, loops=level.loops) if passed is not None else ObjectOf(())
        bound = _bound(evaluated)
        unsaid = Findings()
        declared = declared_inputs(template.get("parameters"), template.get("definitions"), unsaid)
        self._findings.hide(*unsaid.hidden)
        elsewhere = (self._text(value, name, level) for name in ("subscriptionId", "resourceGroup"))
        context = azure_context.context(self._cloud, *elsewhere)
        variables, functions = _variables(template), _functions(template)
        self._nested_so_far += 1
        name = f"nested{self._nested_so_far}_"
        scope = Scope(
            parameters=bound,
            variables=variables,
            functions=functions,
            context=context,
            level=_level(template),
            local_prefix=name,
            outputs=partial(self._modules.output, template),
        )
        parameters = dict(bound)
        for each in declared:
            if each.name.lower() not in {key.lower() for key in bound} and each.default is not None:
                defaults = Evaluator(replace(scope, parameters=parameters), self._findings)
                parameters[each.name] = defaults.evaluate(each.default)
        return self._keep(Evaluator(replace(scope, parameters=parameters), self._findings))

    def _text(self, value: ObjectOf, name: str, level: _Level) -> Value | None:
        found = value.get(name)
        return level.evaluator.evaluate(found, loops=level.loops) if found is not None else None

    def locals(self) -> dict[str, Value]:
        """The named values of all templates so far."""
        return {name: value for evaluator in self._evaluators for name, value in evaluator.locals.items()}

    def deployed(self, image: _Image, inputs: tuple[Input, ...]) -> Deployed:
        """An evaluated resource with all that it needs: named values, and inputs for what only Azure knows."""
        said = image.said()
        if image.is_lost:
            return Deployed(value=image.value, said=said, is_lost=True, parent=image.parent, inputs=(), locals=(), definitions=())
        asked = Asked(said, partial(said_of, self._made))
        resource = asked.replace(image.value)
        assert isinstance(resource, ObjectOf)
        named = {name: asked.replace(each) for name, each in _needed(resource, self.locals()).items()}
        own = tuple(
            replace(each, default=asked.replace(each.default))
            if each.default is not None and not is_known(each.default)
            else each
            for each in inputs
        )
        own = without_useless(own, (resource, *named.values()), said)
        needed = (*own, *azure_context.INPUTS, *asked.inputs.values())
        return Deployed(
            value=resource,
            said=said,
            is_lost=False,
            parent=image.parent,
            inputs=needed,
            locals=tuple((Local(name), each) for name, each in named.items()),
            definitions=tuple(each for made in self._definitions if (each := self._definition(*made)) is not None),
        )

    def report_surroundings(self, root: ObjectOf) -> None:
        """Notes what else is in the file: other resources, outputs, and that Bicep made it."""
        named_by_reader = {gallery_definitions.TYPE} if _at(root, "metadata", DECIDED) is not None else set()
        others = sorted(self._others.keys() - named_by_reader)
        if others:
            names = ", ".join(others)
            message = f"The deployment also creates other resources ({names}). Keep a deployment for them."
            section = root.get("resources")
            self._findings.add(codes.OTHER_RESOURCES, message, place=_start(section))
        outputs = root.get("outputs")
        if isinstance(outputs, ObjectOf) and outputs.entries:
            message = "The outputs of the deployment are not converted. The build writes what it creates into manifest.json."
            self._findings.add(codes.OUTPUTS_LEFT, message, place=_start(outputs))
        generator = _at(root, "metadata", "_generator", "name")
        if generator == Literal("bicep"):
            message = "Bicep compiled this file. Keep the Bicep file as the source of everything but the image."
            self._findings.add(codes.MADE_BY_BICEP, message, place=_start(root.get("metadata")))


def _count_needed(count: Value) -> Need:
    effect = "The image template is not converted."
    return Need(
        code=codes.COPY_UNKNOWN, place=count.place, path="copy.count", subject="The copy count", effect=effect, says_kinds=True
    )


def _bound(evaluated: Value) -> dict[str, Value]:
    if not isinstance(evaluated, ObjectOf):
        return {}
    bound: dict[str, Value] = {}
    for entry in evaluated.entries:
        inner = entry.value.get("value") if isinstance(entry.value, ObjectOf) else None
        if entry.name is not None and inner is not None and inner != Literal(None):
            bound[entry.name] = inner
    return bound


def _is_inner(properties: ObjectOf) -> bool:
    scope = _at(properties, "expressionEvaluationOptions", "scope")
    return isinstance(scope, Literal) and str(scope.value).lower() == "inner"


def _is_image_template(kind: str) -> bool:
    parts = kind.split("/")
    return parts[0] == PROVIDER and (len(parts) == 1 or parts[1] in ("imagetemplates", "imagetemplate")) and len(parts) < 3


def _makes_image(deployment: ObjectOf) -> bool:
    """Whether a nested template may have an image template, or is in another file; others need not be evaluated."""
    template = _at(deployment, "properties", "template")
    if template is None:
        return True
    types = (each.get("type") for each in walk(template) if isinstance(each, ObjectOf))
    names = [each.value.lower() for each in types if isinstance(each, Literal) and isinstance(each.value, str)]
    is_named = any(PROVIDER in text.lower() for text in texts_in(template))
    return is_named and any(PROVIDER in name or name.startswith("[") for name in names)


def _deploys(deployment: ObjectOf) -> bool:
    """Whether a deployment makes anything; one without resources only computes its outputs."""
    resources = _at(deployment, "properties", "template", "resources")
    return resources not in (ListOf(()), ObjectOf(()))


def _named(value: ObjectOf) -> ObjectOf:
    """A resource as it stands in the file, by the name of its loop."""
    name = _at(value, "copy", "name") or Literal("")
    return ObjectOf((Entry(Literal("name"), name), *(each for each in value.entries if each.name != "name")), place=value.place)


def _always(evaluator: Evaluator) -> Callable[[], Evaluator]:
    return lambda: evaluator


def _variables(template: ObjectOf) -> dict[str, Value]:
    section = template.get("variables")
    entries = section.entries if isinstance(section, ObjectOf) else ()
    return {entry.name: entry.value for entry in entries if entry.name is not None}


def _functions(template: ObjectOf) -> dict[str, UserFunction]:
    section = template.get("functions")
    functions: dict[str, UserFunction] = {}
    for namespace in section.items if isinstance(section, ListOf) else ():
        name, members = _at(namespace, "namespace"), _at(namespace, "members")
        if not isinstance(name, Literal) or not isinstance(members, ObjectOf):
            continue
        for entry in members.entries:
            output = _at(entry.value, "output", "value")
            if output is not None:
                functions[f"{name.value}.{entry.name}"] = UserFunction(
                    parameters=_parameter_names(_at(entry.value, "parameters")), output=output
                )
    return functions


def _parameter_names(section: Value | None) -> tuple[str, ...]:
    items = section.items if isinstance(section, ListOf) else ()
    return tuple(str(name.value) for item in items if isinstance(name := _at(item, "name"), Literal))


def _level(template: ObjectOf) -> Level:
    schema = template.get("$schema")
    text = str(schema.value).lower() if isinstance(schema, Literal) else ""
    if "subscriptiondeploymenttemplate" in text:
        return Level.SUBSCRIPTION
    return Level.TENANT if "tenantdeploymenttemplate" in text else Level.RESOURCE_GROUP


def _needed(value: Value, named: Mapping[str, Value]) -> dict[str, Value]:
    """The named values that a value uses, directly or through others, each after those that it uses itself."""
    needed: dict[str, Value] = {}

    def add(part: Value) -> None:
        for each in locals_in(part):
            if each.name not in needed and each.name in named:
                add(named[each.name])
                needed[each.name] = named[each.name]

    add(value)
    return needed


def _report_unused(inputs: Iterable[Input], results: tuple[Deployed, ...], findings: Findings) -> None:
    used: set[str] = set()
    for deployed in results:
        values = [deployed.value, *(value for _, value in deployed.locals)]
        pending = [each.name.lower() for value in values for each in walk(value) if isinstance(each, Variable)]
        defaults = {each.name.lower(): each.default for each in deployed.inputs if each.default is not None}
        while pending:
            name = pending.pop()
            if name not in used:
                used.add(name)
                pending += (
                    [each.name.lower() for each in walk(defaults[name]) if isinstance(each, Variable)] if name in defaults else []
                )
    if not results or findings.has_errors() or any(each.said.has_errors() for each in results):
        return
    left = [each for each in inputs if each.name.lower() not in used]
    if left:
        names = ", ".join(each.name for each in left)
        message = f"Left out because the image does not use {'it' if len(left) == 1 else 'them'}: {names}."
        findings.add(codes.PARAMETER_WITHOUT_PART, message, place=left[0].place, path="parameters")


def _at(value: Value | None, *names: str) -> Value | None:
    for name in names:
        value = value.get(name) if isinstance(value, ObjectOf) else None
    return value


def _start(value: Value | None) -> Place | None:
    return value.place if value is not None else None
