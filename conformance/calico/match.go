package main

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/projectcalico/calico/felix/proto"
	"github.com/projectcalico/calico/felix/rules"
)

// packet is the first packet of a flow.
type packet struct {
	source, destination         netip.Addr
	protocol                    int32
	sourcePort, destinationPort int32
	icmpType, icmpCode          int32
}

var numbers = map[string]int32{"tcp": 6, "udp": 17, "icmp": 1, "icmpv6": 58, "sctp": 132, "udplite": 136, "gre": 47}

// matches is whether a rule is about a packet: the conjunction that felix/rules/policy.go renders. Which addresses and
// ports are in a set is Felix's own answer; app-policy/checker is not asked, as it leaves ICMP, families and named
// ports out.
func (c *computed) matches(rule *proto.Rule, p packet) bool {
	version := uint8(4)
	if p.source.Is6() {
		version = 6
	}
	one := rules.FilterRuleToIPVersion(version, rule)
	if one == nil {
		return false
	}
	switch {
	case one.Protocol != nil && number(one.Protocol) != p.protocol:
	case one.NotProtocol != nil && number(one.NotProtocol) == p.protocol:
	case !icmpMatches(one, p) || notICMPMatches(one, p):
	case len(one.SrcNet) > 0 && !within(one.SrcNet, p.source):
	case len(one.DstNet) > 0 && !within(one.DstNet, p.destination):
	case within(one.NotSrcNet, p.source) || within(one.NotDstNet, p.destination):
	case !c.all(one.SrcIpSetIds, p.source, p.protocol, p.sourcePort):
	case !c.all(one.DstIpSetIds, p.destination, p.protocol, p.destinationPort):
	case !c.all(one.DstIpPortSetIds, p.destination, p.protocol, p.destinationPort):
	case c.any(one.NotSrcIpSetIds, p.source, p.protocol, p.sourcePort):
	case c.any(one.NotDstIpSetIds, p.destination, p.protocol, p.destinationPort):
	case len(one.SrcPorts)+len(one.SrcNamedPortIpSetIds) > 0 &&
		!(between(one.SrcPorts, p, p.sourcePort) || c.any(one.SrcNamedPortIpSetIds, p.source, p.protocol, p.sourcePort)):
	case len(one.DstPorts)+len(one.DstNamedPortIpSetIds) > 0 &&
		!(between(one.DstPorts, p, p.destinationPort) ||
			c.any(one.DstNamedPortIpSetIds, p.destination, p.protocol, p.destinationPort)):
	case between(one.NotSrcPorts, p, p.sourcePort) ||
		c.any(one.NotSrcNamedPortIpSetIds, p.source, p.protocol, p.sourcePort):
	case between(one.NotDstPorts, p, p.destinationPort) ||
		c.any(one.NotDstNamedPortIpSetIds, p.destination, p.protocol, p.destinationPort):
	default:
		return true
	}
	return false
}

func number(protocol *proto.Protocol) int32 {
	if name := protocol.GetName(); name != "" {
		return numbers[strings.ToLower(name)]
	}
	return protocol.GetNumber()
}

func isICMP(p packet) bool { return p.protocol == 1 || p.protocol == 58 }

func icmpMatches(rule *proto.Rule, p packet) bool {
	switch one := rule.Icmp.(type) {
	case *proto.Rule_IcmpType:
		return isICMP(p) && one.IcmpType == p.icmpType
	case *proto.Rule_IcmpTypeCode:
		return isICMP(p) && one.IcmpTypeCode.Type == p.icmpType && one.IcmpTypeCode.Code == p.icmpCode
	}
	return true
}

func notICMPMatches(rule *proto.Rule, p packet) bool {
	switch one := rule.NotIcmp.(type) {
	case *proto.Rule_NotIcmpType:
		return isICMP(p) && one.NotIcmpType == p.icmpType
	case *proto.Rule_NotIcmpTypeCode:
		return isICMP(p) && one.NotIcmpTypeCode.Type == p.icmpType && one.NotIcmpTypeCode.Code == p.icmpCode
	}
	return false
}

func within(nets []string, address netip.Addr) bool {
	for _, text := range nets {
		if prefix, err := netip.ParsePrefix(text); err == nil && prefix.Contains(address) {
			return true
		}
	}
	return false
}

func between(ranges []*proto.PortRange, p packet, port int32) bool {
	if p.protocol != 6 && p.protocol != 17 && p.protocol != 132 && p.protocol != 136 {
		return false
	}
	for _, one := range ranges {
		if one.First <= port && port <= one.Last {
			return true
		}
	}
	return false
}

func (c *computed) all(ids []string, address netip.Addr, protocol, port int32) bool {
	for _, id := range ids {
		if !c.any([]string{id}, address, protocol, port) {
			return false
		}
	}
	return true
}

func (c *computed) any(ids []string, address netip.Addr, protocol, port int32) bool {
	for _, id := range ids {
		set := c.sets[id]
		if set == nil {
			continue
		}
		for _, member := range set.Members {
			if holds(member, set.Type, address, protocol, port) {
				return true
			}
		}
	}
	return false
}

// holds reads a member as felix/calc/event_sequencer.go writes it: an address, a prefix, or "address,protocol:port".
func holds(member string, kind proto.IPSetUpdate_IPSetType, address netip.Addr, protocol, port int32) bool {
	text, rest, _ := strings.Cut(member, ",")
	if kind == proto.IPSetUpdate_IP_AND_PORT {
		name, digits, _ := strings.Cut(rest, ":")
		asked, err := strconv.Atoi(digits)
		if err != nil || numbers[name] != protocol || int32(asked) != port {
			return false
		}
	}
	if strings.Contains(text, "/") {
		prefix, err := netip.ParsePrefix(text)
		return err == nil && prefix.Contains(address)
	}
	own, err := netip.ParseAddr(text)
	return err == nil && own == address
}
