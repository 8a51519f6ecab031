r"""Reads the text of a Terraform file, or of a template file, to nodes.

python-hcl2 parses. It knows no ``$${`` and ``%%{`` without a closing brace, so these become characters of private use of the same
length before it reads, and what they mean afterwards. Texts of heredocs and of files are taken apart here, by the same rules.

Source: https://developer.hashicorp.com/terraform/language/syntax/configuration
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

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
    TextFor,
    TextIf,
    Unary,
)

if TYPE_CHECKING:
    from lark import Token, Tree

_LITERAL = {"$${": "\ue0f0\ue0f2\ue0f2", "%%{": "\ue0f1\ue0f2\ue0f2"}
_MEANING = {"\ue0f0\ue0f2\ue0f2": "${", "\ue0f1\ue0f2\ue0f2": "%{"}
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}
_HEREDOC = re.compile(r"<<(?P<trim>-?)[\w.-]+\r?\n(?P<body>.*?)[ \t]*[\w.-]+\r?\n\Z", re.DOTALL)
_OPEN = re.compile(r"[$%]\{")
_IN_EXPRESSION = re.compile(r'[{}"]')
_FOR = re.compile(r"for\s+([\w-]+)\s*(?:,\s*([\w-]+)\s*)?in\b")
_LINE_END = re.compile(r"[ \t]*\r?\n[ \t]*\Z")
_LINE_START = re.compile(r"\A[ \t]*\r?\n[ \t]*")
_TRIVIA = frozenset({"new_line_or_comment"})


class NotTerraformError(Exception):
    """A text that is not Terraform's language: what is wrong, and where."""

    def __init__(self, message: str, place: Place) -> None:
        super().__init__(message)
        self.message = message
        self.place = place


def read_body(source: SourceText) -> Block:
    """All that stands in a file, as a block without kind; raises NotTerraformError."""
    tree = _parsed(_marked(source.text), source, 0)
    body = next(child for child in tree.children if not isinstance(child, str))
    attributes, blocks = _Reader(source, 0).body(body)
    return Block("", (), attributes, blocks, Place(source, 0, 0))


def read_template(source: SourceText) -> Template:
    """A whole file as a text with parts; raises NotTerraformError."""
    pieces = list(_pieces(_marked(source.text), 0, source))
    return Template(_assembled(pieces, source), place=Place(source, 0, len(source.text)))


def read_text(text: str, place: Place) -> Node:
    """A string of the JSON syntax as a text with parts; parts have their own places where nothing in the string is escaped."""
    is_plain = place.source.text[place.start + 1 : place.end - 1] == text
    pieces = list(_pieces(_marked(text), place.start + 1, place.source))
    if not is_plain:
        pieces = [
            replace(each, node=replace(each.node, is_verbatim=False)) if isinstance(each.node, Text) else each for each in pieces
        ]
    return Template(_assembled(pieces, place.source), place=place)


def read_expression(text: str, place: Place) -> Node:
    """A string of the JSON syntax that is an expression as a whole."""
    return _expression(text, place.start + 1, place.source)


def _marked(text: str) -> str:
    for literal, mark in _LITERAL.items():
        text = text.replace(literal, mark)
    return text


def _restored(text: str) -> str:
    for mark, meaning in _MEANING.items():
        text = text.replace(mark, meaning)
    return text


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
    rest = source.text[start:]
    if not rest.strip():
        end = len(source.text.rstrip())
        return NotTerraformError("The file ends in the middle of a block. Close it.", Place(source, max(end - 1, 0), end))
    shown = re.match(r"[\w.-]+|\s*\S", rest)
    found = shown.group().strip() if shown else rest[0]
    place = Place(source, start, start + max(len(found), 1))
    if source.text[start] in "\r\n":
        return NotTerraformError("The line ends too early. Complete it.", place)
    return NotTerraformError(f"Terraform does not allow {found} here. Run `terraform fmt`, and correct this line.", place)


# ---- texts with parts


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a text before ``if`` and ``for`` are put together: its word, and what belongs to it."""

    word: str
    node: Node | None = None
    names: tuple[str, ...] = ()
    strips: tuple[bool, bool] = (False, False)
    place: Place | None = None


def _pieces(text: str, offset: int, source: SourceText) -> Iterator[_Piece]:
    """The parts of a text that stands at an offset of the source as it is."""
    position = 0
    while True:
        match = _OPEN.search(text, position)
        end = match.start() if match else len(text)
        if end > position:
            place = Place(source, offset + position, offset + end)
            plain = _restored(text[position:end])
            yield _Piece("text", Text(plain, "\ue0f2" not in text[position:end], place=place))
        if match is None:
            return
        close = _closing(text, match.end())
        place = Place(source, offset + match.start(), offset + min(close + 1, len(text)))
        if close >= len(text):
            raise NotTerraformError(
                f"The {match.group()} is not closed by }}. Write {text[match.start()]}{match.group()} for the characters themselves.",
                place,
            )
        inner, start = text[match.end() : close], match.end()
        strips = (inner.startswith("~"), inner.endswith("~"))
        start += strips[0]
        inner = inner[strips[0] : len(inner) - strips[1]]
        if match.group() == "${":
            yield _Piece("value", _expression(inner, offset + start, source), strips=strips, place=place)
        else:
            yield replace(_directive(inner, offset + start, source, place), strips=strips, place=place)
        position = close + 1


def _closing(text: str, position: int) -> int:
    """Where the brace that is open at a position closes; the end of the text where it does not."""
    depth = 1
    while (match := _IN_EXPRESSION.search(text, position)) is not None:
        position = match.end()
        if match.group() == '"':
            position = _end_of_string(text, position)
            continue
        depth += 1 if match.group() == "{" else -1
        if depth == 0:
            return match.start()
    return len(text)


def _end_of_string(text: str, position: int) -> int:
    while position < len(text):
        if text[position] == "\\":
            position += 2
        elif text.startswith(("${", "%{"), position):
            position = _closing(text, position + 2) + 1
        elif text[position] == '"':
            return position + 1
        else:
            position += 1
    return position


def _directive(inner: str, offset: int, source: SourceText, place: Place) -> _Piece:
    word = inner.strip()
    at = offset + len(inner) - len(inner.lstrip())
    if word in ("else", "endif", "endfor"):
        return _Piece(word)
    if re.match(r"if\b", word):
        return _Piece("if", _expression(word[2:], at + 2, source))
    loop = _FOR.match(word)
    if loop is not None:
        names = tuple(name for name in loop.groups() if name is not None)
        return _Piece("for", _expression(word[loop.end() :], at + loop.end(), source), names)
    raise NotTerraformError(
        "Write %{ if }, %{ else }, %{ endif }, %{ for } or %{ endfor } here, or %%{ for the characters.", place
    )


def _expression(text: str, offset: int, source: SourceText) -> Node:
    before = "x = ("
    start = offset - len(before)
    tree = _parsed(f"{before}{text})\n", source, start)
    attributes, _ = _Reader(source, start).body(next(child for child in tree.children if not isinstance(child, str)))
    return attributes[0].value


def _assembled(pieces: Sequence[_Piece], source: SourceText) -> tuple[Node, ...]:
    """The parts of a text, with what stands between ``if`` and ``endif`` inside of it."""
    stripped = list(_stripped(pieces))
    nodes, rest = _until(stripped, 0, frozenset())
    if rest < len(stripped):
        place = stripped[rest].place or Place(source, 0, 0)
        raise NotTerraformError(f"There is no directive that this %{{ {stripped[rest].word} }} belongs to.", place)
    return nodes


def _stripped(pieces: Sequence[_Piece]) -> Iterator[_Piece]:
    for number, piece in enumerate(pieces):
        node = piece.node
        if not isinstance(node, Text):
            yield piece
            continue
        start, end = 0, len(node.text)
        if number + 1 < len(pieces) and pieces[number + 1].strips[0]:
            end = len(_LINE_END.sub("", node.text) if _LINE_END.search(node.text) else node.text.rstrip(" \t"))
        if number and pieces[number - 1].strips[1]:
            match = _LINE_START.match(node.text)
            start = match.end() if match else len(node.text) - len(node.text.lstrip(" \t"))
        text = node.text[start : max(start, end)]
        yield replace(piece, node=Text(text, node.is_verbatim, place=replace(node.place, start=node.place.start + start)))


def _until(pieces: Sequence[_Piece], position: int, ends: frozenset[str]) -> tuple[tuple[Node, ...], int]:
    nodes: list[Node] = []
    while position < len(pieces) and pieces[position].word not in ends:
        piece = pieces[position]
        position += 1
        if piece.word in ("text", "value") and piece.node is not None:
            nodes.append(piece.node)
        elif piece.node is None or piece.place is None:
            return tuple(nodes), position - 1
        else:
            node, position = _closed(piece, piece.node, piece.place, pieces, position)
            nodes.append(node)
    return tuple(nodes), position


def _closed(piece: _Piece, node: Node, place: Place, pieces: Sequence[_Piece], position: int) -> tuple[Node, int]:
    """An ``if`` or ``for`` with all that belongs to it, and the position behind its end."""
    end = "endif" if piece.word == "if" else "endfor"
    other: tuple[Node, ...] = ()
    then, position = _until(pieces, position, frozenset({end, "else"} if piece.word == "if" else {end}))
    if position < len(pieces) and pieces[position].word == "else":
        other, position = _until(pieces, position + 1, frozenset({end}))
    if position >= len(pieces) or pieces[position].word != end:
        raise NotTerraformError(f"This %{{ {piece.word} }} has no %{{ {end} }}. Add it.", place)
    made = TextIf(node, then, other, place=place) if piece.word == "if" else TextFor(piece.names, node, then, place=place)
    return made, position + 1


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
        return Block(kind, tuple(others), attributes, blocks, self._place(labels[0]))

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
        pieces = [self._piece(part) for part in children if not _is_token(part)]
        return Template(_assembled(pieces, self._source), place=place)

    def _template_string(self, _tree: Any, children: list[Any], place: Place) -> Node:
        text = str(children[0])[2:-2]
        return Template((Text(_unescaped(text), place=place),), place=place)

    def _piece(self, part: Any) -> _Piece:
        inner = part.children[0]
        place = self._place(part)
        if _is_token(inner):
            return _Piece("text", Text(_unescaped(str(inner)), place=place), place=place)
        below = [each for each in _children(inner) if not _is_token(each)]
        strips = _strip_marks(inner)
        match inner.data:
            case "interpolation":
                return _Piece("value", self.node(below[0]), place=place)
            case "template_if_start":
                return _Piece("if", self.node(below[0]), strips=strips, place=place)
            case "template_for_start":
                names = tuple(_bare(each) for each in below[:-1])
                return _Piece("for", self.node(below[-1]), names, strips, place)
            case other:
                return _Piece(str(other).removeprefix("template_"), strips=strips, place=place)

    def _heredoc_template(self, tree: Any, _children_: list[Any], place: Place) -> Node:
        token = tree.children[0]
        match = _HEREDOC.match(str(token))
        assert match is not None
        body, at = match.group("body"), token.start_pos + match.start("body") + self._offset
        pieces = list(_pieces(body, at, self._source))
        if match.group("trim"):
            pieces = list(_without_indent(pieces, body))
        return Template(_assembled(pieces, self._source), place=place)

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

    return _restored(_ESCAPE.sub(meaning, text))


def _without_indent(pieces: Sequence[_Piece], body: str) -> Iterator[_Piece]:
    """The parts of a `<<-` heredoc without the indentation that all of its lines have."""
    lines = [line for line in body.splitlines() if line.strip()]
    indent = min((len(line) - len(line.lstrip(" \t")) for line in lines), default=0)
    begins = True
    for piece in pieces:
        node = piece.node
        if not isinstance(node, Text) or piece.word != "text":
            begins = False
            yield piece
            continue
        at = node.place.start
        for line in node.text.splitlines(keepends=True):
            cut = min(indent, len(line) - len(line.lstrip(" \t"))) if begins else 0
            place = replace(node.place, start=at + cut, end=at + len(line))
            yield replace(piece, node=Text(line[cut:], node.is_verbatim, place=place))
            at += len(line)
            begins = line.endswith("\n")
