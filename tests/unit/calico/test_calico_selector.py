"""The selector language: what is read, what is refused and how that is said."""

import time

import pytest

from npconv.diagnostics.codes import calico as codes
from npconv.dialects.calico import selector_ast as ast
from npconv.dialects.calico.selector import MAX_NESTING, SelectorError, parse_selector


def tree(text: str) -> ast.Selector:
    found = parse_selector(text)
    assert not isinstance(found, SelectorError), found
    return found


def error(text: str) -> SelectorError:
    found = parse_selector(text)
    assert isinstance(found, SelectorError), found
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ast.All()),
        (" \t", ast.All()),
        ("all( )", ast.All()),
        ("global()", ast.Global()),
        ("has( team )", ast.Has("team")),
        ("team=='red'", ast.Equals("team", "red")),
        ('team != "it\'s"', ast.NotEquals("team", "it's")),
        ("team in {'b', \"a\", 'b',}", ast.In("team", ("a", "b"))),
        ("team in {}", ast.In("team", ())),
        ("team notin {'a'}", ast.NotIn("team", ("a",))),
        ("team not  in {'a'}", ast.NotIn("team", ("a",))),
        ("team contains'x'", ast.Contains("team", "x")),
        ("team startswith 'x'", ast.StartsWith("team", "x")),
        ("team ends\twith 'x'", ast.EndsWith("team", "x")),
        ("!has(a)", ast.Not(ast.Has("a"))),
        ("! ! a == 'b'", ast.Equals("a", "b")),
        ("!(!has(a))", ast.Not(ast.Not(ast.Has("a")))),
        ("((has(a)))", ast.Has("a")),
        (
            "has(a) || has(b) && !has(c)",
            ast.Or((ast.Has("a"), ast.And((ast.Has("b"), ast.Not(ast.Has("c")))))),
        ),
        ("has(a) && (has(b) && has(c))", ast.And((ast.Has("a"), ast.And((ast.Has("b"), ast.Has("c")))))),
        # Words are operators only after a label, and functions only with their parenthesis.
        ("in in {'in'}", ast.In("in", ("in",))),
        ("not not in {'x'}", ast.NotIn("not", ("x",))),
        ("has == 'x'", ast.Equals("has", "x")),
        ("contains contains 'contains'", ast.Contains("contains", "contains")),
        ("hash == 'x'", ast.Equals("hash", "x")),
    ],
)
def test_reads(text: str, expected: ast.Selector) -> None:
    assert tree(text) == expected


def test_leaves_know_their_characters() -> None:
    text = "team == 'red'  && !( has(a) || b in {'c',} )"

    assert [text[slice(*leaf.chars)] for leaf in ast.leaves(tree(text))] == ["team == 'red'", "has(a)", "b in {'c',}"]


@pytest.mark.parametrize(
    ("text", "marked", "message", "help"),
    [
        ("app = 'web'", "=", "expected `==` (found `=`)", "use `==`"),
        ("app === 'web'", "=", "unexpected `=`", "use `==`"),
        (
            "app =~ 'web.*'",
            "=~",
            "expected `==` (found `=~`)",
            "Calico has no regular expressions; use `starts with`, `ends with` or `contains`",
        ),
        ("app == web", "web", "expected a quoted value (found `web`)", "quote the value: `'web'`"),
        ("app in {web}", "web", "expected a quoted value or `}` (found `web`)", "quote the value: `'web'`"),
        (
            "'app' == 'web'",
            "'app'",
            "expected a label (found text in quotes)",
            "labels are not quoted: `app == 'web'`",
        ),
        ("has('app')", "'app'", "expected a label (found text in quotes)", "`has` takes one label, not quoted"),
        ("has(a, b)", ",", "expected `)` (found `,`)", "`has` takes one label; use `has(a) && has(b)`"),
        ("has (a)", "(", "unexpected space between `has` and `(`", "write `has(` without a space"),
        ("ALL()", "(", "unknown function `ALL`", "functions are lower-case: `all(`"),
        ("app", "", "expected an operator after label `app`", "to ask whether the label is there, use `has(app)`"),
        (
            "app in ('web')",
            "(",
            "expected a set in braces (found `(`)",
            "write the set in braces: `{'a', 'b'}`",
        ),
        ("app == 'a' and team == 'b'", "and", "expected `&&` or `||` (found `and`)", "use `&&`"),
        ("app == 'a' & team == 'b'", "&", "expected `&&` (found `&`)", "use `&&`"),
        (
            "not app in {'a'}",
            "app",
            "expected an operator after label `not` (found `app`)",
            "negate with `!`, as in `!has(app)`, or use `app not in {…}`",
        ),
        (
            "app not contains 'a'",
            "not",
            "expected an operator after label `app` (found `not`)",
            "negate with `!` in front: `!app contains 'x'`",
        ),
        ("app == 'it\\'s'", "s", "text ends at the quote", 'there are no escapes: write `"it\'s"`, or `\'say "hi"\'`'),
        ("app == 'web", "'web", "unterminated string", "close it with `'`; there are no escapes"),
        ("app == 'web')", ")", "unexpected `)`: no parenthesis is open", ""),
        ("(app == 'web'", "", "unexpected end of selector (expected `)`)", ""),
        ("app == 'web' &&", "", "unexpected end of selector (expected a condition)", ""),
        (
            "app == 'web'\n",
            "\n",
            "unexpected newline at the end of the selector",
            "Calico selectors know only space and tab between words; a YAML block scalar adds a newline: "
            "use `>-`, or one line",
        ),
        (
            "app > '5'",
            ">",
            "expected an operator after label `app` (found `>`)",
            "labels are text: Calico does not compare numbers",
        ),
    ],
)
def test_points_at_the_mistake_and_says_what_to_write(text: str, marked: str, message: str, help: str) -> None:
    found = error(text)

    assert (text[slice(*found.chars)], found.message, found.help) == (marked, message, help)
    assert found.code is codes.SELECTOR


@pytest.mark.parametrize(("characters", "valid"), [(512, True), (513, False)])
def test_a_label_holds_at_most_512_characters(characters: int, valid: bool) -> None:
    found = parse_selector(f"has({'x' * characters})")

    assert isinstance(found, SelectorError) != valid
    if isinstance(found, SelectorError):
        assert found.message == "label of 513 characters (expected at most 512)"
        assert found.chars == (4, 517)


def nested(levels: int) -> str:
    return "!(has(a) && " * levels + "has(b)" + ")" * levels


@pytest.mark.parametrize(("levels", "valid"), [(MAX_NESTING // 2 - 1, True), (MAX_NESTING, False), (20_000, False)])
def test_nesting_is_bounded(levels: int, valid: bool) -> None:
    found = parse_selector(nested(levels))

    assert isinstance(found, SelectorError) != valid
    if isinstance(found, SelectorError):
        assert found.code is codes.SELECTOR_TOO_DEEP
        assert found.message == f"selector nested {2 * levels + 1} levels deep (expected at most 100)"


@pytest.mark.parametrize(
    "text",
    [
        "(" * 100_000,
        "!" * 100_000 + "has(a)",
        "(" * 50_000 + "has(a)" + ")" * 50_000,
        "a == 'b' || " * 8_000 + "has(a)",
        "a in {" + "'x'," * 25_000 + "}",
        "a" * 100_000,
        "'" * 99_999,
        "\n" * 100_000,
    ],
    ids=["open", "not", "parentheses", "or", "set", "label", "quotes", "newlines"],
)
def test_a_hundred_thousand_characters_take_no_time_to_speak_of(text: str) -> None:
    start = time.perf_counter()
    found = parse_selector(text)

    assert time.perf_counter() - start < 10
    if isinstance(found, SelectorError):
        assert len(found.message) < 200


@pytest.mark.parametrize("text", ["a not\nin {'b'}", "a starts\nwith 'b'", "has(\na\n)"])
def test_calico_3_29_took_newlines_inside_operators(text: str) -> None:
    assert isinstance(parse_selector(text), SelectorError)
    assert not isinstance(parse_selector(text, before_3_30=True), SelectorError)


def test_calico_3_29_took_no_newlines_elsewhere() -> None:
    assert isinstance(parse_selector("a\n== 'b'", before_3_30=True), SelectorError)
