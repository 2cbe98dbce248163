"""Texts in and around what `npconv.source.blocks` reads: manifests as people write them, and slips made in them."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from yaml_layouts import mapping

MANIFESTS = (
    """apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata:
  name: web
  namespace: shop
  labels:
    app.kubernetes.io/name: web
    "quoted/key": 'single'
    k8s:io.kubernetes.pod.namespace: shop
spec:
  order: 10
  selector: app == 'web' && has(tier)
  types:
  - Ingress
  - Egress
  ingress:
  - action: Allow
    protocol: TCP
    source:
      selector: "app == 'api'"
      nets:
      - 10.0.0.0/8
      - ::/0
      - 2001:db8::/32
    destination:
      ports:
      - 80
      - 8080:8090
      - '443'
  - action: Deny
  egress:
  - action: Allow
    destination: {}
""",
    """# of the shop
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy   # the usual one
metadata:
    name: default-deny

    namespace: shop
    annotations:
        empty:
        tilde: ~
        note: it's "fine", isn't it?
spec:
    podSelector: {}
    policyTypes:
        - Ingress

    # who may come in
    ingress:
        - from:
            - podSelector:
                matchLabels:
                    app: api   # ours
              namespaceSelector: {matchLabels: {team: a, "b": 'c'}}
            -   ipBlock:
                    cidr: 10.0.0.0/8
                    except: [10.1.0.0/16, "10.2.0.0/16"]
          ports:
            - protocol: TCP
              port: 80
            - port: "8080"
              endPort: 8090
""",
    """apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: l7}
spec:
  endpointSelector:
    matchExpressions:
      - {key: app, operator: In, values: [web, api]}
      - key: "k8s:app"
        operator: Exists
  egress:
  - toFQDNs:
    - matchPattern: "*.example.com"
    - matchName: 'example.com'
    toPorts:
    - ports:
      - port: "443"
        protocol: ANY
      rules:
        http:
        - method: "GET"
          path: "^/api/\\\\d+$"
        - {}
  - - a
    - - b
      - c
    - - d: 1
        e: [ ]
    - f
status: null
""",
    """kind: List
apiVersion: v1
items:
- apiVersion: v1
  kind: Thing
  v:
    numbers: [1, 0x10, 010, 1_000, 1e3]
    a: 0b11
    b: 08
    c: 1.0
    d: -5
    e: +7
    f: .5
    g: 22:23
    h: 2024-01-01
    i: 1e999
    y: n
    on: off
    1.10: yes
    0x10: No
    text: |
      several
      lines
    folded: >-
      long
      text
    anchored: &a b
    alias: *a
    tagged: !!str 12
    plain text
      that goes on: x
- &x
  kind: Other
""",
    """
kind: Ünïcode
apiVersion: v1
metadata:
  name: größe   # — dash
  labels:
    emoji: 🙂
    "ключ": 'значение'
""",
)
"""What people write; the fourth holds much of what is not plain."""

_PIECES = (
    *" \n:-#'\"{}[],&*!|>%@`?~\t\r.0",
    ": ",
    " :",
    ":\n",
    " #",
    "# c",
    "  ",
    "- ",
    "-\n",
    "- - ",
    "? ",
    "---",
    "\n---\n",
    "...",
    "\n...\n",
    "\r\n",
    "\n\n",
    "\n  ",
    "\n    ",
    "\n# c\n",
    "\n   # c\n",
    "''",
    '""',
    '"a"',
    "'a'",
    '"a\\n"',
    "{}",
    "[]",
    "[a]",
    "{a: b}",
    "{a}",
    "[a: b]",
    "<<",
    "<<: ",
    "&a ",
    "*a",
    "!!str ",
    "! ",
    "| ",
    "|\n",
    ">-\n",
    "~",
    "null",
    "true",
    "y",
    "on",
    "0x1F",
    "08",
    "1.5",
    "-1",
    ".inf",
    ".nan",
    "=",
    "\x85",
    "\u2028",
    "\ufeff",
    "\xa0",
    "é",
    "\x07",
    "\x7f",
    "{{ x }}",
    "${X}",
    "a: b",
    "a:",
    "k: v # c",
)


def mutants(seed: int) -> Iterator[str]:
    """Texts without end, each a manifest with some slips."""
    chance = random.Random(seed)
    while True:
        if chance.random() < 0.4:
            text = "kind: Thing\napiVersion: v1\n" + mapping(chance, 0, 4)
        else:
            text = chance.choices(MANIFESTS, (4, 4, 4, 1, 2))[0]
            if chance.random() < 0.3:
                text = _excerpt(text, chance)
        for _ in range(chance.choice((0, 1, 1, 1, 2, 2, 3, 5))):
            text = chance.choice(_SLIPS)(text, chance)
        yield text


def _excerpt(text: str, chance: random.Random) -> str:
    """Some lines of a text that follow each other, with less indentation."""
    lines = text.splitlines(keepends=True)
    first = chance.randrange(len(lines))
    kept = lines[first : first + chance.randint(1, 12)]
    less = len(kept[0]) - len(kept[0].lstrip(" "))
    return "".join(line[less:] if line[:less].isspace() else line for line in kept)


def _character(text: str, chance: random.Random) -> str:
    at = chance.randint(0, len(text))
    return text[:at] + text[at + chance.randint(1, 3) :]


def _piece(text: str, chance: random.Random) -> str:
    at = chance.randint(0, len(text))
    return text[:at] + chance.choice(_PIECES) + text[at + chance.choice((0, 0, 0, 1, 2)) :]


def _at_an_edge(text: str, chance: random.Random) -> str:
    """A piece where it matters: at the start or end of a value or a line."""
    edges = [at for at, one in enumerate(text) if one in " :\n-'\"{[]}"]
    if not edges:
        return _piece(text, chance)
    at = chance.choice(edges) + chance.choice((0, 1, 1))
    return text[:at] + chance.choice(_PIECES) + text[at:]


def _value(text: str, chance: random.Random) -> str:
    """Another value on some line."""
    lines = text.split("\n")
    at = chance.randrange(len(lines))
    head, colon, _ = lines[at].partition(": ")
    if colon:
        lines[at] = head + colon + "".join(chance.choices(_PIECES, k=chance.randint(1, 3))).replace("\n", "")
    return "\n".join(lines)


def _indentation(text: str, chance: random.Random) -> str:
    lines = text.split("\n")
    first = chance.randrange(len(lines))
    by = chance.choice((-4, -2, -1, 1, 2, 3, 4, 50))
    for at in range(first, min(len(lines), first + chance.choice((1, 1, 2, 4)))):
        line = lines[at]
        cut = min(-by, len(line) - len(line.lstrip(" "))) if by < 0 else 0
        lines[at] = " " * max(by, 0) + line[cut:]
    return "\n".join(lines)


def _line_away(text: str, chance: random.Random) -> str:
    lines = text.split("\n")
    del lines[chance.randrange(len(lines))]
    return "\n".join(lines)


def _line_again(text: str, chance: random.Random) -> str:
    """A line stands somewhere else, too, perhaps with another indentation."""
    lines = text.split("\n")
    line = chance.choice(lines)
    lines.insert(chance.randint(0, len(lines)), " " * chance.choice((0, 0, 0, 1, 2)) + line)
    return "\n".join(lines)


def _line_of_another(text: str, chance: random.Random) -> str:
    lines = text.split("\n")
    lines.insert(chance.randint(0, len(lines)), chance.choice(chance.choice(MANIFESTS).split("\n")))
    return "\n".join(lines)


def _line_end(text: str, chance: random.Random) -> str:
    lines = text.split("\n")
    at = chance.randrange(len(lines))
    lines[at] += chance.choice(("  ", " # c", "#", ":", ": ", "\r", "\t", " -", ",", " 'x'"))
    return "\n".join(lines)


def _windows(text: str, chance: random.Random) -> str:
    return text.replace("\n", "\r\n")


def _exchanged(text: str, chance: random.Random) -> str:
    lines = text.split("\n")
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return "\n".join(lines)


_SLIPS: tuple[Callable[[str, random.Random], str], ...] = (
    *[_character, _piece, _at_an_edge, _value, _indentation] * 3,
    *[_line_away, _line_again, _line_of_another, _line_end, _exchanged] * 2,
    _windows,
)
