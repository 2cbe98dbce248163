"""What policies can say, in nobody's dialect: a closed list, in the order in which it is shown."""

from __future__ import annotations

from enum import Enum


class Group(Enum):
    """What a feature is about."""

    EVALUATION = "How policies decide"
    SCOPE = "Whom they are for"
    PEER = "Who is at the other end"
    TRAFFIC = "Ports and protocols"
    REQUEST = "Layer 7"


class Feature(Enum):
    """One thing that a policy can say: its group, a short title, and what is meant by it."""

    ORDER = (Group.EVALUATION, "rules in order", "the first rule that matches decides")
    TIERS = (Group.EVALUATION, "tiers", "groups of policies, asked one after the other")
    PASS = (Group.EVALUATION, "Pass", "a rule that leaves a flow to the next tier")
    DENY = (Group.EVALUATION, "Deny", "a rule that shuts flows out, whatever other policies allow")
    DENY_ALONE = (Group.EVALUATION, "Deny without isolation", "a Deny that leaves all other flows as they are")
    LOG = (Group.EVALUATION, "Log", "a rule that writes a line and decides nothing")
    ISOLATION_IN = (Group.EVALUATION, "isolation on ingress", "what no rule lets in is denied")
    ISOLATION_OUT = (Group.EVALUATION, "isolation on egress", "what no rule lets out is denied")
    OWN_NODE_CLOSED = (Group.EVALUATION, "own node closed on egress", "an isolated pod reaches its node only by a rule")
    OWN_NODE_OPEN = (Group.EVALUATION, "own node open on egress", "a pod reaches its own node, whatever policies say")
    NO_ISOLATION = (Group.EVALUATION, "Allow without isolation", "an Allow that leaves all other flows as they are")

    NAMESPACED = (Group.SCOPE, "policies of a namespace", "for pods of the policy's own namespace")
    CLUSTER_WIDE = (Group.SCOPE, "policies of the cluster", "for pods of every namespace")
    FOR_NAMESPACES = (Group.SCOPE, "for namespaces by label", "for pods of the namespaces with some label")
    FOR_SERVICE_ACCOUNTS = (Group.SCOPE, "for service accounts", "for pods that run as some service account")
    FOR_SOME_OF_THEM = (Group.SCOPE, "rules for some of the pods", "a rule that asks for labels of its own side")
    FOR_ADDRESSES = (Group.SCOPE, "rules for own addresses", "a rule that asks for addresses of its own side")
    FOR_NODES = (Group.SCOPE, "for nodes", "policies on the nodes themselves: host endpoints, host firewall")

    LABELS_IN = (Group.PEER, "labels with some value", "`=`, `In`, `matchLabels`")
    LABELS_NOT_IN = (Group.PEER, "labels with another value", "`!=`, `NotIn`: the label is another one, or absent")
    LABELS_EXIST = (Group.PEER, "labels that exist", "`Exists`, `has()`")
    LABELS_ABSENT = (Group.PEER, "labels that do not exist", "`DoesNotExist`, `!has()`")
    LABELS_BY_TEXT = (Group.PEER, "labels by part of the text", "contains, starts with, ends with")
    SELECTORS_WITH_OR = (Group.PEER, "selectors with or", "one of several labels, in one expression")
    NAMESPACES = (Group.PEER, "namespaces by label", "pods of the namespaces with some label")
    NAMESPACES_BUT = (Group.PEER, "all namespaces but some", "pods of every namespace that lacks a label or name")
    SERVICE_ACCOUNTS = (Group.PEER, "service accounts by name", "pods that run as some service account")
    SERVICE_ACCOUNT_LABELS = (Group.PEER, "service accounts by label", "pods whose service account has a label")
    EVERYBODY = (Group.PEER, "everybody", "no condition at all on the other end")
    EVERY_POD = (Group.PEER, "every pod", "pods of all namespaces, and nobody else")
    OUTSIDE = (Group.PEER, "the outside as a whole", "everybody that is neither a pod nor a node")
    NODES = (Group.PEER, "nodes", "every node of the cluster")
    OWN_NODE = (Group.PEER, "the pod's own node", "the node that the pod runs on, denied or apart from others")
    NODE_LABELS = (Group.PEER, "nodes by label", "the nodes that have some label")
    API_SERVER = (Group.PEER, "the API server", "as a peer of its own, wherever it is")
    CIDRS_IN = (Group.PEER, "CIDRs on ingress", "addresses outside the cluster, as sources")
    CIDRS_OUT = (Group.PEER, "CIDRs on egress", "addresses outside the cluster, as destinations")
    CIDRS_OF_PODS = (Group.PEER, "CIDRs that hold some pods", "whoever has such an address, pods, too")
    CIDRS_BUT = (Group.PEER, "CIDRs with exceptions", "a CIDR without smaller ones: `except`, `notNets`")
    ADDRESS_SETS = (Group.PEER, "named sets of addresses", "network sets and CIDR groups, as objects of their own")
    UNKNOWN_SETS = (Group.PEER, "sets that are not given", "CIDR groups of which the input does not say what they hold")
    SERVICES = (Group.PEER, "services by name", "the backends of a Service")
    DOMAIN_NAMES = (Group.PEER, "DNS names", "whatever address a name, or a pattern of names, stands for")
    CLUSTERS = (Group.PEER, "other clusters of a mesh", "pods by the cluster that they are in")
    ENGINE_ENDPOINTS = (Group.PEER, "the engine's own endpoints", "health checks, and proxies for Ingress and Gateway")

    PORTS = (Group.TRAFFIC, "ports of TCP and UDP", "destination ports by number")
    SCTP = (Group.TRAFFIC, "ports of SCTP", "destination ports by number")
    PORT_RANGES = (Group.TRAFFIC, "port ranges", "from one port to another")
    PORTS_BUT = (Group.TRAFFIC, "all ports but some", "`notPorts`")
    NAMED_PORTS_IN = (Group.TRAFFIC, "named ports on ingress", "ports that the pod itself declares by name")
    NAMED_PORTS_OUT = (Group.TRAFFIC, "named ports on egress", "ports that the destination declares by name")
    NAMED_PORTS_BUT = (Group.TRAFFIC, "all ports but a named one", "`notPorts` with a name")
    SOURCE_PORTS = (Group.TRAFFIC, "source ports", "the port that a connection comes from")
    EVERY_PROTOCOL = (Group.TRAFFIC, "all protocols at once", "no condition at all on the traffic")
    PROTOCOLS_BUT = (Group.TRAFFIC, "all protocols but one", "`notProtocol`")
    OTHER_PROTOCOLS = (Group.TRAFFIC, "other IP protocols", "such as GRE, by number")
    ICMP = (Group.TRAFFIC, "ICMP", "every type of it")
    ICMP_TYPES = (Group.TRAFFIC, "ICMP types", "such as echo request, whatever its code")
    ICMP_CODES = (Group.TRAFFIC, "ICMP codes", "a code of a type")
    IP_FAMILY = (Group.TRAFFIC, "one IP family", "IPv4 or IPv6, whoever is at the other end")

    HTTP_METHODS = (Group.REQUEST, "HTTP methods", "such as GET")
    HTTP_PATHS = (Group.REQUEST, "HTTP paths", "exactly, or all below one")
    HTTP_PATH_PATTERNS = (Group.REQUEST, "HTTP paths by pattern", "a regular expression over path and query")
    HTTP_HEADERS = (Group.REQUEST, "HTTP headers and hosts", "headers by value, and the host asked for")
    DNS_QUERIES = (Group.REQUEST, "DNS queries", "the names that may be asked for")
    KAFKA = (Group.REQUEST, "Kafka requests", "topics, keys and clients")
    TLS_NAMES = (Group.REQUEST, "TLS server names", "the name that a client asks for (SNI)")
    LISTENERS = (Group.REQUEST, "Envoy listeners", "a proxy of the user's own decides")
    AUTHENTICATION = (Group.REQUEST, "mutual authentication", "connections between proven identities only")

    def __init__(self, group: Group, title: str, meaning: str) -> None:
        self.group = group
        self.title = title
        """At most 28 characters, so that a table of all targets fits into 100 columns."""
        self.meaning = meaning

    @property
    def id(self) -> str:
        """How scripts call it: `named-ports-in`."""
        return self.name.lower().replace("_", "-")
