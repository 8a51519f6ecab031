"""Reads the text of a Terraform file, or of a template file, to nodes: python-hcl2 parses, texts of heredocs and files aside.

Source: https://developer.hashicorp.com/terraform/language/syntax/configuration
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from aib2packer.diagnostics.place import Place, SourceText
from aib2packer.source.terraform.nodes import (
    Attribute,
    Binary,
    Block,
    Choice,
    Constant,
    For,
    Function,
    Index,
    Items,
    Name,
    Node,
    Pairs,
    Splat,
    Template,
    Text,
    Unary,
)
from aib2packer.source.terraform.texts import (
    NotTerraformError,
    Piece,
    assembled,
    marked,
    pieces,
    restored,
    unclosed_string,
    without_indent,
)

if TYPE_CHECKING:
    from lark import Token, Tree

_OF_PACKER = (".pkr.hcl", ".pkrvars.hcl")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}
_HEREDOC = re.compile(r"<<(?P<trim>-?)[\w.-]+\r?\n(?P<body>.*?)[ \t]*[\w.-]+\r?\n\Z", re.DOTALL)
_IN_VALUE = re.compile(r"(?<!\$)\$\{[^{}]*\Z")
"""The end of a line up to which a `${` is open."""
_TRIVIA = frozenset({"new_line_or_comment"})


def read_body(source: SourceText) -> Block:
    """All that stands in a file, as a block without kind; raises NotTerraformError."""
    tree = _parsed(marked(source.text), source, 0)
    body = next(child for child in tree.children if not isinstance(child, str))
    attributes, blocks = _Reader(source, 0).body(body)
    return Block("", (), attributes, blocks, Place(source, 0, 0))


def read_template(source: SourceText) -> Template:
    """A whole file as a text with parts; raises NotTerraformError."""
    parts = list(pieces(marked(source.text), 0, source, partial(_expression, source)))
    return Template(assembled(parts, source), place=Place(source, 0, len(source.text)))


def read_text(text: str, place: Place) -> Node:
    """A string of the JSON syntax as a text with parts; parts have their own places where nothing in the string is escaped."""
    is_plain = place.source.text[place.start + 1 : place.end - 1] == text
    parts = list(pieces(marked(text), place.start + 1, place.source, partial(_expression, place.source)))
    if not is_plain:
        parts = [
            replace(each, node=replace(each.node, is_verbatim=False)) if isinstance(each.node, Text) else each for each in parts
        ]
    return Template(assembled(parts, place.source), place=place)


def read_expression(text: str, place: Place) -> Node:
    """A string of the JSON syntax that is an expression as a whole."""
    return _expression(place.source, text, place.start + 1)


def _parsed(text: str, source: SourceText, offset: int) -> Tree[Token]:
    """The tree of a text, which stands at an offset of the source."""
    import hcl2
    from lark.exceptions import LarkError

    try:
        tree: Tree[Token] = hcl2.parses_to_tree(text)
    except LarkError as error:
        raise _syntax_error(error, source, offset) from None
    return tree


def _syntax_error(error: Exception, source: SourceText, offset: int) -> NotTerraformError:
    at = getattr(error, "pos_in_stream", None)
    start = at + offset if isinstance(at, int) and at >= 0 else len(source.text.rstrip())
    start = min(start, len(source.text))
    opened = unclosed_string(source.text)
    if opened is not None and opened < start:
        return NotTerraformError("The string is not closed in its line. Close it.", Place(source, opened, opened + 1))
    rest = source.text[start:]
    if not rest.strip():
        end = len(source.text.rstrip())
        return NotTerraformError("The file ends in the middle of a block. Close it.", Place(source, max(end - 1, 0), end))
    shown = re.match(r"[\w.-]+|\s*\S", rest)
    found = shown.group().strip() if shown else rest[0]
    place = Place(source, start, start + max(len(found), 1))
    if source.text[start] in "\r\n":
        return NotTerraformError("The line ends too early. Complete it.", place)
    program = "Packer" if source.name.endswith(_OF_PACKER) else "Terraform"
    before = source.text[source.text.rfind("\n", 0, start) + 1 : start]
    remedy = (
        "Write $${ for a ${ that the shell is to see."
        if _IN_VALUE.search(before)
        else f"Run `{program.lower()} fmt`, and correct this line."
    )
    return NotTerraformError(f"{program} does not allow {found} here. {remedy}", place)


def _expression(source: SourceText, text: str, offset: int) -> Node:
    before = "x = ("
    start = offset - len(before)
    tree = _parsed(f"{before}{text})\n", source, start)
    attributes, _ = _Reader(source, start).body(next(child for child in tree.children if not isinstance(child, str)))
    return attributes[0].value


# ---- trees of the library


class _Reader:
    """Makes nodes of trees. ``offset``: how far the places of the source are from those of the tree."""

    def __init__(self, source: SourceText, offset: int) -> None:
        self._source = source
        self._offset = offset

    def body(self, tree: Any) -> tuple[tuple[Attribute, ...], tuple[Block, ...]]:
        """The attributes and the blocks of a body."""
        attributes, blocks = [], []
        for child in _children(tree):
            if child.data == "attribute":
                name, value = (each for each in child.children if not _is_token(each, "EQ"))
                attributes.append(Attribute(_bare(name), self.node(value), self._place(child)))
            elif child.data == "block":
                blocks.append(self._block(child))
        return tuple(attributes), tuple(blocks)

    def _block(self, tree: Any) -> Block:
        *labels, body = (each for each in _children(tree) if not _is_token(each))
        kind, *others = (self._label(each) for each in labels)
        attributes, blocks = self.body(body)
        return Block(kind, tuple(others), attributes, blocks, self._place(labels[0]), tree.meta.end_pos + self._offset)

    def _label(self, tree: Any) -> str:
        if tree.data != "string":
            return _bare(tree)
        return "".join(_unescaped(str(token)) for part in _children(tree) if not _is_token(part) for token in part.children)

    def node(self, tree: Any) -> Node:
        """An expression."""
        place = self._place(tree)
        if _is_token(tree):
            return Constant(_number(str(tree)), place=place)
        made = getattr(self, f"_{tree.data}", None)
        if made is None:
            raise NotTerraformError("aib2packer cannot read this expression. Put its value into a variable.", place)
        node = made(tree, [child for child in _children(tree) if not _is_bracket(child)], place)
        assert isinstance(node, Node)
        return node

    def _expr_term(self, _tree: Any, children: list[Any], _place: Place) -> Node:
        return self.node(children[0])

    def _int_lit(self, _tree: Any, children: list[Any], place: Place) -> Node:
        return Constant(_number(str(children[0])), place=place)

    _float_lit = _int_lit

    def _literal_value(self, tree: Any, _children_: list[Any], place: Place) -> Node:
        return Constant({"true": True, "false": False, "null": None}[_bare(tree)], place=place)

    def _identifier(self, tree: Any, _children_: list[Any], place: Place) -> Node:
        return Name(_bare(tree), place=place)

    _keyword = _identifier

    def _string(self, _tree: Any, children: list[Any], place: Place) -> Node:
        parts = [self._piece(part) for part in children if not _is_token(part)]
        return Template(assembled(parts, self._source), place=place)

    def _template_string(self, _tree: Any, children: list[Any], place: Place) -> Node:
        text = str(children[0])[2:-2]
        return Template((Text(_unescaped(text), place=place),), place=place)

    def _piece(self, part: Any) -> Piece:
        inner = part.children[0]
        place = self._place(part)
        if _is_token(inner):
            return Piece("text", Text(_unescaped(str(inner)), place=place), place=place)
        below = [each for each in _children(inner) if not _is_token(each)]
        strips = _strip_marks(inner)
        match inner.data:
            case "interpolation":
                return Piece("value", self.node(below[0]), place=place)
            case "template_if_start":
                return Piece("if", self.node(below[0]), strips=strips, place=place)
            case "template_for_start":
                names = tuple(_bare(each) for each in below[:-1])
                return Piece("for", self.node(below[-1]), names, strips, place)
            case other:
                return Piece(str(other).removeprefix("template_"), strips=strips, place=place)

    def _heredoc_template(self, tree: Any, _children_: list[Any], place: Place) -> Node:
        token = tree.children[0]
        match = _HEREDOC.match(str(token))
        assert match is not None
        body, at = match.group("body"), token.start_pos + match.start("body") + self._offset
        parts = list(pieces(body, at, self._source, partial(_expression, self._source)))
        if match.group("trim"):
            parts = list(without_indent(parts, body))
        return Template(assembled(parts, self._source), place=place)

    _heredoc_template_trim = _heredoc_template

    def _tuple(self, _tree: Any, children: list[Any], place: Place) -> Node:
        return Items(tuple(self.node(each) for each in children), place=place)

    def _object(self, _tree: Any, children: list[Any], place: Place) -> Node:
        return Pairs(tuple(self._pair(each) for each in children), place=place)

    def _pair(self, tree: Any) -> tuple[Node, Node]:
        key, value = (each for each in _children(tree) if not _is_token(each))
        inner = self.node(key.children[0])
        is_bracketed = str(self._source.text[inner.place.start - 1 : inner.place.start]) == "("
        if isinstance(inner, Name) and not is_bracketed:
            inner = Template((Text(inner.name, place=inner.place),), place=inner.place)
        return inner, self.node(value)

    def _function_call(self, tree: Any, children: list[Any], place: Place) -> Node:
        names = [_bare(each) for each in children if each.data == "identifier"]
        arguments = next((each for each in children if each.data == "arguments"), None)
        inner = _children(arguments) if arguments is not None else []
        given = tuple(self.node(each) for each in inner if not _is_token(each))
        is_spread = any(_is_token(each, "ELLIPSIS") for each in inner)
        return Function("::".join(names), given, is_spread, place=place)

    def _index_expr_term(self, _tree: Any, children: list[Any], place: Place) -> Node:
        return Index(self.node(children[0]), self._key(children[1]), place=place)

    _get_attr_expr_term = _index_expr_term

    def _key(self, tree: Any) -> Node:
        place = self._place(tree)
        inner = [each for each in _children(tree) if not _is_bracket(each)]
        if tree.data == "get_attr":
            return Template((Text(_bare(inner[0]), place=place),), place=place)
        return self.node(inner[0])

    def _attr_splat_expr_term(self, _tree: Any, children: list[Any], place: Place) -> Node:
        keys = (each for each in _children(children[1]) if not _is_token(each))
        return Splat(self.node(children[0]), tuple(self._key(each) for each in keys), place=place)

    _full_splat_expr_term = _attr_splat_expr_term

    def _conditional(self, _tree: Any, children: list[Any], place: Place) -> Node:
        condition, then, other = (self.node(each) for each in children)
        return Choice(condition, then, other, place=place)

    def _binary_op(self, _tree: Any, children: list[Any], place: Place) -> Node:
        left, term = children
        operator, right = (each for each in _children(term) if not _is_bracket(each))
        return Binary(_bare(operator), self.node(left), self.node(right), place=place)

    def _unary_op(self, tree: Any, children: list[Any], place: Place) -> Node:
        return Unary(str(tree.children[0]), self.node(children[-1]), place=place)

    def _for_tuple_expr(self, _tree: Any, children: list[Any], place: Place) -> Node:
        names, collection = self._intro(children[0])
        condition = next((each for each in children if each.data == "for_cond"), None)
        return For(names, collection, None, self.node(children[1]), self._condition(condition), place=place)

    def _for_object_expr(self, tree: Any, children: list[Any], place: Place) -> Node:
        names, collection = self._intro(children[0])
        condition = next((each for each in children if each.data == "for_cond"), None)
        is_grouped = any(_is_token(each, "ELLIPSIS") for each in tree.children)
        key, body = self.node(children[1]), self.node(children[2])
        return For(names, collection, key, body, self._condition(condition), is_grouped, place=place)

    def _intro(self, tree: Any) -> tuple[tuple[str, ...], Node]:
        *names, collection = (each for each in _children(tree) if not _is_token(each))
        return tuple(_bare(each) for each in names), self.node(collection)

    def _condition(self, tree: Any) -> Node | None:
        return self.node(next(each for each in _children(tree) if not _is_token(each))) if tree is not None else None

    def _place(self, tree: Any) -> Place:
        tokens = [tree] if _is_token(tree) else list(tree.scan_values(_is_token))
        spaced = [token for token in tokens if token.type != "NL_OR_COMMENT"] or tokens
        if not spaced:
            return Place(self._source, 0, 0)
        start, end = spaced[0].start_pos + self._offset, spaced[-1].end_pos + self._offset
        return Place(self._source, start, max(start, end))


def _children(tree: Any) -> list[Any]:
    """The children of a tree that mean something."""
    return [child for child in tree.children if _is_token(child) or child.data not in _TRIVIA]


def _is_token(child: Any, kind: str | None = None) -> bool:
    return isinstance(child, str) and (kind is None or getattr(child, "type", None) == kind)


_WORDS = frozenset({"INT_LITERAL", "FLOAT_LITERAL"})


def _is_bracket(child: Any) -> bool:
    return _is_token(child) and getattr(child, "type", None) not in _WORDS


def _bare(tree: Any) -> str:
    return str(tree) if _is_token(tree) else "".join(str(child) for child in _children(tree))


def _strip_marks(tree: Any) -> tuple[bool, bool]:
    marks = [_is_token(each, "STRIP_MARKER") for each in tree.children]
    return (len(marks) > 1 and marks[1], len(marks) > 2 and marks[-2])


def _number(text: str) -> int | float:
    return float(text) if any(sign in text for sign in ".eE") else int(text)


def _unescaped(text: str) -> str:
    def meaning(match: re.Match[str]) -> str:
        code = match.group(1) or match.group(2)
        return chr(int(code, 16)) if code else _ESCAPES.get(match.group(3), match.group(3))

    return restored(_ESCAPE.sub(meaning, text))
