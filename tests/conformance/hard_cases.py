"""Hard cases of YAML and of validation (facts/k8s_np.md 5.2, 5.3, 6.2), as text."""

from __future__ import annotations

from typing import Final

SCALARS: Final = (
    "010 080 0o17 1e3 80.0 0x50 8_0 +80 0b101 -1 .5 1. 0x1F 1_000 0o8 00 017777 1e400 .inf -.inf .nan"
    " y n on off yes no true True TRUE ~ null Null NULL 2024-01-01 2024-01-01T00:00:00Z 1:30 190:20:30 = 1.10"
    " '010' \"080\" 12345678901234567890 18446744073709551616 0xFFFFFFFFFFFFFFFF 1.5e2 !!str 80"
).replace("!!str 80", "!!str~80")
"""One each; `~` between a tag and its value stands for a space."""

KEYS: Final = ("on", "yes", "y", "n", "no", "off", "true", "1", "0x10", "1.10", "1e3", "010", "2024-01-01", '"on"', "=")
"""Keys of a mapping."""

TEXTS: Final = (
    "a: 1\na: 2\n",
    "x: &a {k: 1}\ny: *a\n",
    "x: &a {k: 1, l: 2}\ny: {<<: *a, l: 3}\n",
    '{"a": [1, 2.0, 1e2, true, null, "x"]}\n',
    "a: |\n  one\n  two\n",
    "a: >-\n  one\n  two\n",
    "- a\n- b\n",
    "a: [1, 2\n",
    "a:\n\t- b\n",
    "? [a, b]\n: c\n",
    "~: x\n",
)
"""Whole texts."""

NETWORK_POLICIES: Final = (
    "{}",
    "{podSelector: {}}",
    "{podSelector: null}",
    "{podSelector: {}, policyTypes: []}",
    "{podSelector: {}, policyTypes: [Egress, Egress]}",
    "{podSelector: {}, policyTypes: [Ingress, Egress, Egress]}",
    "{podSelector: {}, policyTypes: [egress]}",
    "{podSelector: {}, policyTypes: [Egress], ingress: [{}]}",
    "{podSelector: {}, ingress: [null]}",
    "{podSelector: {}, ingress: [{from: []}]}",
    "{podSelector: {}, ingress: [{from: [{}]}]}",
    "{podSelector: {}, ingress: [{from: [null]}]}",
    "{podSelector: {}, ingress: [{from: [{podSelector: null}]}]}",
    "{podSelector: {}, ingress: [{from: [{ipBlock: null, namespaceSelector: {}}]}]}",
    "{podSelector: {}, ingress: [{from: [{ipBlock: {}}]}]}",
    "{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}, podSelector: {}}]}]}",
    "{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0}}]}]}",
    "{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.5/24}}]}]}",
    "{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 010.0.0.0/8}}]}]}",
    "{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: '10.0.0.0/08'}}]}]}",
    "{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: '::ffff:10.0.0.0/104'}}]}]}",
    "{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 'FD00:0::/8'}}]}]}",
    "{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 'fe80::%eth0/64'}}]}]}",
    "{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.0.0.0/8]}}]}]}",
    "{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.0.0.0/7]}}]}]}",
    "{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8, except: [11.0.0.0/9]}}]}]}",
    "{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8, except: ['2001:db8::/64']}}]}]}",
    "{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16, 10.1.0.0/16]}}]}]}",
    "{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8, except: ['']}}]}]}",
    "{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8, excepts: [10.1.0.0/16]}}]}]}",
    "{podSelector: {}, ingress: [{ports: [{}]}]}",
    "{podSelector: {}, ingress: [{ports: [null]}]}",
    "{podSelector: {}, ingress: [{ports: [{port: 0}]}]}",
    "{podSelector: {}, ingress: [{ports: [{port: 65536}]}]}",
    "{podSelector: {}, ingress: [{ports: [{port: '80'}]}]}",
    "{podSelector: {}, ingress: [{ports: [{port: HTTP}]}]}",
    "{podSelector: {}, ingress: [{ports: [{port: a--b}]}]}",
    "{podSelector: {}, ingress: [{ports: [{port: a234567890123456}]}]}",
    "{podSelector: {}, ingress: [{ports: [{port: ''}]}]}",
    "{podSelector: {}, ingress: [{ports: [{port: 80.5}]}]}",
    "{podSelector: {}, ingress: [{ports: [{port: true}]}]}",
    "{podSelector: {}, ingress: [{ports: [{port: 99999999999}]}]}",
    "{podSelector: {}, ingress: [{ports: [{endPort: 90}]}]}",
    "{podSelector: {}, ingress: [{ports: [{port: http, endPort: 90}]}]}",
    "{podSelector: {}, ingress: [{ports: [{port: 90, endPort: 80}]}]}",
    "{podSelector: {}, ingress: [{ports: [{port: 80, endPort: 80}]}]}",
    "{podSelector: {}, ingress: [{ports: [{port: 80, endPort: 70000}]}]}",
    "{podSelector: {}, ingress: [{ports: [{protocol: ICMP}]}]}",
    "{podSelector: {}, ingress: [{ports: [{protocol: tcp}]}]}",
    "{podSelector: {}, ingress: [{ports: [{protocol: ''}]}]}",
    "{podSelector: {}, ingress: [{ports: [{protocol: null, port: 80}]}]}",
    "{podSelector: {matchExpressions: [{key: a, operator: In}]}}",
    "{podSelector: {matchExpressions: [{key: a, operator: In, values: []}]}}",
    "{podSelector: {matchExpressions: [{key: a, operator: In, values: [b, b]}]}}",
    "{podSelector: {matchExpressions: [{key: a, operator: Exists, values: [b]}]}}",
    "{podSelector: {matchExpressions: [{key: a, operator: Exists, values: []}]}}",
    "{podSelector: {matchExpressions: [{key: a, operator: Gt, values: ['1']}]}}",
    "{podSelector: {matchExpressions: [{key: a, operator: in, values: [b]}]}}",
    "{podSelector: {matchExpressions: [{operator: Exists}]}}",
    "{podSelector: {matchExpressions: [{key: -a, operator: Exists}]}}",
    "{podSelector: {matchLabels: {a: 'b c'}}}",
    "{podSelector: {matchLabels: {a: 1}}}",
    "{podSelector: {matchLabels: {a: true}}}",
    "{podSelector: {matchLabels: {a: null}}}",
    "{podSelector: {matchExpressions: [{key: a, operator: In, values: [null]}]}}",
    "{PodSelector: {matchLabels: {a: b}}}",
    "{podSelector: {}, policytypes: [Egress]}",
    "{podSelector: {}, status: {}}",
)
"""Specs of a NetworkPolicy."""

CLUSTER_NETWORK_POLICIES: Final = tuple(
    text if "tier" in text else f"{{tier: Admin, priority: 1, subject: {{namespaces: {{}}}}, {text}}}"
    for text in (
        "ingress: []",
        "ingress: [{action: Allow, from: [{namespaces: {}}]}]",
        "ingress: [{action: Accept}]",
        "ingress: [{action: Accept, from: []}]",
        "ingress: [{action: Accept, from: [{}]}]",
        "ingress: [{action: Accept, from: [{namespaces: {}, pods: {podSelector: {}}}]}]",
        "ingress: [{action: Accept, from: [{namespaces: {namespaceSelector: {}}}]}]",
        "ingress: [{action: Accept, from: [{namespaces: {sameLabels: [a]}}]}]",
        "ingress: [{action: Accept, from: [{networks: [10.0.0.0/8]}]}]",
        "ingress: [{action: Deny, from: [{namespaces: {}}], protocols: [{tcp: {}}]}]",
        "ingress: [{action: Deny, from: [{namespaces: {}}], protocols: [{tcp: {destinationPort: {number: 0}}}]}]",
        "ingress: [{action: Deny, from: [{namespaces: {}}],"
        " protocols: [{tcp: {destinationPort: {range: {start: 80, end: 80}}}}]}]",
        "ingress: [{action: Deny, from: [{namespaces: {}}],"
        " protocols: [{tcp: {destinationPort: {number: 80, range: {start: 80, end: 81}}}}]}]",
        "ingress: [{action: Deny, from: [{namespaces: {}}], protocols: [{destinationNamedPort: http}]}]",
        "ingress: [{action: Deny, from: [{namespaces: {}}], "
        " protocols: [{destinationNamedPort: http, tcp: {destinationPort: {number: 1}}}]}]",
        "egress: [{action: Deny, to: [{networks: [10.0.0.0]}]}]",
        "egress: [{action: Deny, to: [{networks: [10.0.0.0/8, 10.0.0.0/8]}]}]",
        "egress: [{action: Deny, to: [{networks: [10.0.0.5/8]}]}]",
        "egress: [{action: Deny, to: [{nodes: {}}]}]",
        "egress: [{action: Accept, to: [{domainNames: [example.com]}]}]",
        "{tier: Admin, priority: 1001, subject: {namespaces: {}}}",
        "{tier: Admin, subject: {namespaces: {}}}",
        "{priority: 1, subject: {namespaces: {}}, ingress: []}",
        "{tier: Other, priority: 1, subject: {namespaces: {}}}",
        "{tier: Admin, priority: 1, subject: {}}",
        "{tier: Baseline, priority: 1, subject: {namespaces: {}, pods: {podSelector: {}}}}",
        "{tier: Admin, priority: 1, subject: {pods: {podSelector: {}}}}",
        "{tier: Baseline, priority: 1000, subject: {namespaces: {}}, egress: [{action: Pass, to: [{namespaces: {}}]}]}",
    )
)
"""Specs of a ClusterNetworkPolicy, in the standard channel."""
