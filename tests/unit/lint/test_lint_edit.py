"""Fixes change what they mend, and nothing else of the text."""

from __future__ import annotations

import pytest

from npconv.linter import LintOptions, lint
from npconv.linter.edit import edited
from npconv.pipeline.read import wanted
from npconv.source.load import parse

HEAD = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: web, namespace: shop}\n"
CALICO = "apiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\nmetadata: {name: web}\n"


ITEM = "        - "


def mended(text: str) -> str:
    """The text with its fixes."""
    loaded = parse(text, "p.yaml", wanted=wanted)
    return edited(lint(loaded, LintOptions()).findings, loaded.texts).texts.get("p.yaml", text)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            f"{ITEM}port: 443 # https\n{ITEM}port: 443 # again\n        # end\n",
            f"{ITEM}port: 443 # https\n        # end\n",
        ),
        (
            f"{ITEM}port: 443\n          protocol: TCP\n{ITEM}protocol: TCP\n          port: 443\n{ITEM}port: 80\n",
            f"{ITEM}port: 443\n          protocol: TCP\n{ITEM}port: 80\n",
        ),
        ("          [{port: 1}, {port: 2},  {port: 1}] # x\n", "          [{port: 1}, {port: 2}] # x\n"),
        ("        - port: '443'\n", "        - port: 443\n"),
        ("        - {port: 443, protocol: tcp} # x\n", "        - {port: 443, protocol: TCP} # x\n"),
        ('        - {port: 443, protocol: "udp"}\n', '        - {port: 443, protocol: "UDP"}\n'),
    ],
)
def test_ports(before: str, after: str) -> None:
    spec = "spec:\n  podSelector: {}\n  ingress:\n    -   ports:\n"
    assert mended(HEAD + spec + before) == HEAD + spec + after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("cidr:   10.0.0.5/24   # office\n", "cidr:   10.0.0.0/24   # office\n"),
        ("cidr: '10.0.0.5/24'\n", "cidr: '10.0.0.0/24'\n"),
        ("cidr: 2001:DB8::/32\n", "cidr: 2001:db8::/32\n"),
        ("cidr: 10.0.0.0/24\n", "cidr: 10.0.0.0/24\n"),
    ],
)
def test_ranges(before: str, after: str) -> None:
    spec = "spec:\n  podSelector: {}\n  ingress:\n  - from:\n    - ipBlock:\n        "
    assert mended(HEAD + spec + before) == HEAD + spec + after


def test_a_key_whose_case_is_wrong() -> None:
    text = HEAD + "spec:\n  PodSelector: {matchLabels: {app: web}}   # all web\n  policytypes: [Ingress]\n"
    assert mended(text) == text.replace("PodSelector", "podSelector").replace("policytypes", "policyTypes")


def test_a_key_that_is_there_already_is_left_alone() -> None:
    text = HEAD + "spec:\n  PodSelector: {}\n  podSelector: {}\n"
    assert mended(text) == text


def test_other_misspelt_keys_are_left_to_people() -> None:
    text = HEAD + "spec:\n  podSelectors: {}\n"
    assert mended(text) == text


def test_calicos_ranges_and_words() -> None:
    text = CALICO + "spec:\n  ingress:\n    - {action: allow, protocol: tcp, source: {nets: [10.0.0.5/24]}}\n"
    assert mended(text) == text.replace("allow", "Allow").replace("tcp", "TCP").replace(".5/", ".0/")


def test_an_unused_comment_goes() -> None:
    text = HEAD + "spec:\n  # npconv: ignore[NPC600] x\n  podSelector: {} # npconv: ignore[NPC606] y\n  # kept\n"
    assert mended(text) == HEAD + "spec:\n  podSelector: {}\n  # kept\n"


def test_line_ends_and_a_missing_last_one_stay() -> None:
    text = (HEAD + "spec:\n  podSelector: {}\n  ingress:\n  - from:\n    - ipBlock: {cidr: 10.0.0.5/24}").replace(
        "\n", "\r\n"
    )
    assert mended(text) == text.replace(".5/", ".0/")


def test_what_an_alias_shares_is_not_mended_twice_or_halfway() -> None:
    text = HEAD + (
        "spec:\n  podSelector: {}\n  ingress:\n  - from:\n    - ipBlock: &b {cidr: 10.0.0.5/24}\n"
        "  - from:\n    - ipBlock: *b\n"
    )
    assert mended(text) == text.replace(".5/", ".0/")


def test_a_rule_that_stands_there_twice() -> None:
    rule = "  - from:\n    - podSelector: {matchLabels: {app: web}} # front\n"
    other = "  - from:\n    - podSelector: {matchLabels: {app: api}}\n"
    head = HEAD + "spec:\n  podSelector: {}\n  ingress:\n"
    assert mended(head + rule + other + rule) == head + rule + other


def test_a_text_that_is_mended_needs_no_more_mending() -> None:
    text = HEAD + "spec:\n  podSelector: {}\n  ingress:\n    - ports: [{port: '80'}, {port: 80}, {port: 80}]\n"
    once = mended(text)
    twice = mended(once)
    assert twice == HEAD + "spec:\n  podSelector: {}\n  ingress:\n    - ports: [{port: 80}]\n"
    assert mended(twice) == twice
