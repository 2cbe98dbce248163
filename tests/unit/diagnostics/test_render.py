"""Findings look as rustc's do: code, place, excerpt, carets, notes, effect, help."""

from __future__ import annotations

from dataclasses import replace

import pytest
from places import ERROR, HEAD, LOSS, NOTE, document, finding

from npconv.diagnostics.diagnostic import Diagnostic, Label
from npconv.diagnostics.effect import Effect
from npconv.diagnostics.origin import Origin
from npconv.diagnostics.render.report import render
from npconv.source.load import parse


def shown(text: str, chars: tuple[int, int] | None = None, *, label: str = "") -> list[str]:
    """The excerpt of a finding: what stands below the arrow."""
    return render([finding(text, chars, label=label)]).splitlines()[2:]


def test_everything_at_once() -> None:
    one = document("order: 100\nselector: app == 'a' && tier == \"front\ntypes: [Egress]\n")
    diagnostic = Diagnostic(
        code=LOSS,
        message="unterminated text in selector",
        origin=Origin(one, ("selector",), (20, 26)),
        label="text starts here and never ends",
        also=(Label(origin=Origin(one, ("order",)), text="decides first"),),
        notes=("a fact", "another fact"),
        effect=Effect.WIDENS,
        help="close the quote",
    )
    assert render([diagnostic]) == (
        "loss[NPC997]: unterminated text in selector\n"
        " --> policies/a.yaml:5:31  (Thing/shop/web, selector)\n"
        "  |\n"
        "5 | selector: app == 'a' && tier == \"front\n"
        "  |                               ^^^^^^ text starts here and never ends\n"
        "  |\n"
        " ::: policies/a.yaml:4:8\n"
        "  |\n"
        "4 | order: 100\n"
        "  |        --- decides first\n"
        "  |\n"
        "  = note: a fact\n"
        "  = note: another fact\n"
        "  = effect: widens (flows that did not pass now do)\n"
        "  = help: close the quote\n"
    )


def test_nothing_but_a_message() -> None:
    assert render([Diagnostic(code=NOTE, message="nothing to do")]) == "note[NPC996]: nothing to do\n"
    assert render([Diagnostic(code=NOTE, message="x", help="y")]) == "note[NPC996]: x\n  = help: y\n"
    assert render([]) == ""


def test_a_second_place_in_another_object_is_named() -> None:
    other = document("v: 1\n", "b.yaml")
    diagnostic = replace(finding("v: 2\n"), also=(Label(origin=Origin(other, ("v",)), text="here"),))
    assert " ::: b.yaml:4:4  (Thing/shop/web, v)\n" in render([diagnostic])


def test_wide_characters_and_tabs_do_not_shift_carets() -> None:
    assert shown('v: "日本\\tab"\n', (2, 4)) == ["  |", '4 | v: "日本\\tab"', "  |         ^^^"]
    assert shown('v: "e\u0301\ta\t日b"\n', (3, 6)) == ["  |", '4 | v: "e\u0301    a    日b"', "  |          ^^^^^^^"]


def test_values_over_many_lines_show_their_first() -> None:
    assert shown("v:\n  a: 1\n  b: 2\n") == ["  |", "5 |   a: 1", "  |   ^^^^"]
    assert shown("v: a b\n  c\n") == ["  |", "4 | v: a b", "  |    ^^^"]


def test_block_scalars_show_their_first_line_of_text() -> None:
    assert shown("v: >-\n  a b\n  c\n", (4, 5), label="x") == ["  |", "4 | v: >-", "5 |   a b", "  |   ^^^ x"]


def test_empty_values_get_one_caret() -> None:
    assert shown("v:\nw: 1\n") == ["  |", "4 | v:", "  |   ^"]


def test_long_lines_are_cut_around_the_place() -> None:
    lines = shown(f"v: {'a' * 1000}B{'c' * 100_000}\n", (1000, 1001))
    assert lines == ["  |", f"4 | ...{'a' * 60}B{'c' * 99}...", f"  | {' ' * 63}^"]


def test_the_terminal_is_not_steered() -> None:
    one = parse(HEAD + "v: a\u202eb\n", "\x1b]0;x\x07.yaml").documents[0]
    diagnostic = Diagnostic(code=ERROR, message="bad `\x1b[2J`\nerror: forged", origin=Origin(one, ("v",)))
    assert render([diagnostic]) == (
        "error[NPC998]: bad `\\x1b[2J`\\nerror: forged\n"
        " --> \\x1b]0;x\\x07.yaml:4:4  (Thing/shop/web, v)\n"
        "  |\n"
        "4 | v: a?b\n"
        "  |    ^^^\n"
    )


def test_long_messages_are_cut_in_the_middle() -> None:
    text = render([Diagnostic(code=NOTE, message="a" * 5000 + "b" * 5000)])
    assert text == f"note[NPC996]: {'a' * 500} ... {'b' * 500}\n"


def test_findings_are_sorted_and_stable() -> None:
    one, two = document("v: 1\nw: 2\n", "a.yaml"), document("v: 1\n", "b.yaml")
    found = [
        Diagnostic(code=ERROR, message="d", origin=Origin(two, ("v",))),
        Diagnostic(code=ERROR, message="c", origin=Origin(one, ("w",))),
        Diagnostic(code=ERROR, message="b", origin=Origin(one, ("v",))),
        Diagnostic(code=NOTE, message="z", origin=Origin(one, ("v",))),
        Diagnostic(code=ERROR, message="a"),
    ]
    expected = [
        "error[NPC998] a",
        "a.yaml:4:4: note[NPC996] z",
        "a.yaml:4:4: error[NPC998] b",
        "a.yaml:5:4: error[NPC998] c",
        "b.yaml:4:4: error[NPC998] d",
    ]
    assert render(found, concise=True).splitlines() == expected
    assert render(found[::-1]) == render(found)


def test_the_concise_form_names_the_effect() -> None:
    diagnostic = replace(finding("v: 1\n", code=LOSS), effect=Effect.NARROWS)
    assert render([diagnostic], concise=True) == "policies/a.yaml:4:4: loss[NPC997] wrong (narrows)\n"


# --- repeats -------------------------------------------------------------------------------------------------------


def repeats(count: int) -> list[Diagnostic]:
    """Equal findings in files of two each."""
    places = [document(f"{'#' * 0}v: {n}\n", f"{n // 2}.yaml") for n in range(count)]
    return [Diagnostic(code=ERROR, message="same", origin=Origin(place, ("v",))) for place in places]


@pytest.mark.parametrize("count", [1, 2, 3])
def test_few_repeats_are_shown(count: int) -> None:
    text = render(repeats(count))
    assert text.count("error[NPC998]: same") == count
    assert "more" not in text


def test_many_repeats_are_counted() -> None:
    text = render(repeats(12))
    assert text.count("error[NPC998]: same") == 3
    assert text.endswith("  = note: 9 more like this: 1.yaml (1), 2.yaml (2), 3.yaml (2), and 2 other files\n")


def test_repeats_are_all_shown_on_request_and_in_the_concise_form() -> None:
    assert render(repeats(12), show_all=True).count("error[NPC998]: same") == 12
    assert len(render(repeats(12), concise=True).splitlines()) == 12


def test_findings_of_other_messages_are_no_repeats() -> None:
    found = [replace(one, message=f"m{n}") for n, one in enumerate(repeats(8))]
    assert render(found).count("error[NPC998]") == 8


def test_color() -> None:
    text = render([finding("v: 1\n", label="x")], color=True)
    assert text.splitlines()[0] == "\x1b[1;31merror[NPC998]\x1b[0m\x1b[1m: wrong\x1b[0m"
    assert text.splitlines()[-1] == "\x1b[1;34m  |\x1b[0m    \x1b[1;31m^ x\x1b[0m"
    assert "\x1b" not in render([finding("v: 1\n")], color=False)
