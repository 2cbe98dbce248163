"""Random selectors of Calico, over the labels of a small world."""

from __future__ import annotations

import random

NAMESPACES = ("shop", "ops", "lab")
KEYS = ("app", "role", "tier.example.com/level", "env")
VALUES = ("web", "db", "api", "web-1")
ACCOUNTS = ("cart", "robot", "default")
TEAMS = ("a", "b")

NASTY = (
    "app contains 'eb'",
    "app starts with 'web'",
    "app ends with '-1'",
    "pod-template-hash == 'abc'",
    "app == 'not a label value!'",
    "has(two/slashes/here)",
    "app == 'web' && app != 'web'",
    "app == ''",
    "!(app == 'web' && (role == 'db' || !has(env)))",
    "app in {'web', 'db'} && role not in {'db', 'api'} || env == 'api'",
    "app not in {}",
    "app in {}",
    "!all()",
)


def selector(random_: random.Random, depth: int = 0) -> str:
    """A selector over pod labels, sometimes one that Cilium has no words for."""
    what = random_.random()
    if what < 0.05:
        return random_.choice(NASTY)
    if what < 0.12:
        return "all()"
    if what < 0.22 and depth < 2:
        return f"{operand(random_, depth)} || {operand(random_, depth)}"
    if what < 0.40 and depth < 2:
        return f"{operand(random_, depth)} && {operand(random_, depth)}"
    if what < 0.45 and depth < 2:
        return f"!({selector(random_, depth + 1)})"
    return comparison(random_, random_.choice(KEYS[:2] if random_.random() < 0.8 else KEYS), VALUES)


def operand(random_: random.Random, depth: int) -> str:
    """A selector as a part of a larger one."""
    return f"({selector(random_, depth + 1)})"


def comparison(random_: random.Random, key: str, values: tuple[str, ...]) -> str:
    """One comparison of a label."""
    one = random_.choice(values)
    some = ", ".join(f'"{value}"' for value in random_.sample(values, min(2, len(values))))
    return random_.choice(
        (
            f"{key} == '{one}'",
            f"{key} == '{one}'",
            f"{key} == '{one}'",
            f"{key} != '{one}'",
            f"{key} in {{{some}}}",
            f"{key} not in {{{some}}}",
            f"has({key})",
            f"!has({key})",
        )
    )


def namespace_selector(random_: random.Random) -> str:
    """A selector over namespaces: by name, by label, negative, everything."""
    name = random_.choice(NAMESPACES)
    return random_.choice(
        (
            f"kubernetes.io/metadata.name == '{name}'",
            f"projectcalico.org/name == '{name}'",
            f"projectcalico.org/name in {{'{name}', 'ops'}}",
            f"projectcalico.org/name != '{name}'",
            f"projectcalico.org/name not in {{'{name}', 'lab'}}",
            comparison(random_, "team", TEAMS),
            comparison(random_, "team", TEAMS),
            f"!(team == 'a') && projectcalico.org/name != '{name}'",
            "all()",
            "has(team) || projectcalico.org/name == 'lab'",
        )
    )


def accounts(random_: random.Random) -> dict[str, object]:
    """`serviceAccounts` of an entity: names, rarely labels."""
    if random_.random() < 0.1:
        return {"selector": comparison(random_, "team", TEAMS)}
    return {"names": sorted(random_.sample(ACCOUNTS, random_.randint(1, 2)))}
