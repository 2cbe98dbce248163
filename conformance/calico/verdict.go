package main

import (
	"fmt"
	"net/netip"
	"sort"

	"github.com/projectcalico/calico/felix/proto"
	"github.com/projectcalico/calico/libcalico-go/lib/backend/model"
)

// Flow is one flow as one side sees it.
type Flow struct {
	Subject    string `json:"subject"`
	Direction  string `json:"direction"`
	Peer       string `json:"peer"`
	Protocol   string `json:"protocol"`
	Port       int32  `json:"port"`
	SourcePort int32  `json:"sourcePort"`
	ICMPType   int32  `json:"icmpType"`
	ICMPCode   int32  `json:"icmpCode"`
	Family     int    `json:"family"`
}

// Options change how the engine is asked. `Unvalidated` leaves out Calico's validators: what 3.28 refuses, and later
// releases do not, is then judged all the same.
type Options struct {
	Unvalidated bool `json:"unvalidated"`
}

// tier is a tier with a calculation graph of its own: the open source engine of this version has one tier only, so
// what is ours is that tiers come one after the other, and what a tier's end does.
type tier struct {
	name  string
	order *float64
	pass  bool
	pairs []model.KVPair
	found *computed
}

const defaultTierOrder = 1_000_000

func verdict(request Request) map[string]any {
	shared, workloads, err := request.Cluster.pairs()
	if err != nil {
		return map[string]any{"error": err.Error()}
	}
	refused := []string{}
	tiers := map[string]*tier{}
	named := func(name string) *tier {
		if tiers[name] == nil {
			tiers[name] = &tier{name: name}
			if name == "default" {
				order := float64(defaultTierOrder)
				tiers[name].order = &order
			}
		}
		return tiers[name]
	}
	named("default")
	for index, raw := range request.Documents {
		one, err := read(raw)
		if err != nil {
			refused = append(refused, fmt.Sprintf("document %d: %s", index, err))
			if one.into == nil {
				continue
			}
		}
		if one.kind == "Tier" {
			own := named(one.tier)
			own.pass = one.pass
			if one.tier != "default" {
				own.order = one.order
			}
			continue
		}
		if one.object != nil && !request.Options.Unvalidated {
			if err := validated(one); err != nil {
				refused = append(refused, fmt.Sprintf("document %d: %s", index, err))
				continue
			}
		}
		made := []*model.KVPair{&one.pair}
		if one.into != nil {
			if made, err = one.into.Process(&one.pair); err != nil {
				refused = append(refused, fmt.Sprintf("document %d: %s", index, err))
				continue
			}
		}
		for _, pair := range made {
			if one.isPolicy() {
				own := named(one.tier)
				own.pairs = append(own.pairs, *pair)
			} else {
				shared = append(shared, *pair)
			}
		}
	}
	ordered := []*tier{}
	for _, one := range tiers {
		one.found = calculate(append(append([]model.KVPair{}, shared...), one.pairs...), request.Options.Unvalidated)
		ordered = append(ordered, one)
	}
	sort.Slice(ordered, func(i, j int) bool {
		left, right := tierOrder(ordered[i].order), tierOrder(ordered[j].order)
		return left < right || (left == right && ordered[i].name < ordered[j].name)
	})
	asked := asker{tiers: ordered, workloads: workloads, endpoints: map[string]Endpoint{}}
	for _, one := range request.Cluster.Endpoints {
		asked.endpoints[one.Name] = one
	}
	allowed, problems := []*bool{}, []string{}
	for index, flow := range request.Flows {
		answer, problem := asked.ask(flow)
		if problem != "" {
			problems = append(problems, fmt.Sprintf("flow %d: %s", index, problem))
			allowed = append(allowed, nil)
			continue
		}
		allowed = append(allowed, &answer)
	}
	return map[string]any{"allowed": allowed, "problems": problems, "refused": refused}
}

type asker struct {
	tiers     []*tier
	workloads map[string]string
	endpoints map[string]Endpoint
}

var protocolNumbers = map[string]int32{
	"TCP": 6, "UDP": 17, "SCTP": 132, "ICMP": 1, "ICMPv6": 58, "UDPLite": 136, "GRE": 47, "VRRP": 112,
}

func (a asker) ask(flow Flow) (allowed bool, problem string) {
	subject, has := a.endpoints[flow.Subject]
	peer, hasPeer := a.endpoints[flow.Peer]
	protocol, known := protocolNumbers[flow.Protocol]
	if !has || !hasPeer || !known {
		return false, "unknown subject, peer or protocol"
	}
	own, ok := address(subject, flow.Family)
	other, okPeer := address(peer, flow.Family)
	if !ok || !okPeer {
		return false, "no address of the flow's family"
	}
	p := packet{
		source: own, destination: other, protocol: protocol,
		sourcePort: flow.SourcePort, destinationPort: flow.Port, icmpType: flow.ICMPType, icmpCode: flow.ICMPCode,
	}
	if flow.Direction == "ingress" {
		p.source, p.destination = other, own
		// A node always reaches its own pods: felix/rules/static.go, filterOutputChain.
		if peer.Kind == "host" && subject.Kind == "pod" {
			return true, ""
		}
	}
	for _, one := range a.tiers {
		info, policed := a.infos(one, subject)
		if !policed {
			return true, ""
		}
		if info == nil {
			continue
		}
		names := info.EgressPolicies
		if flow.Direction == "ingress" {
			names = info.IngressPolicies
		}
		if len(names) == 0 {
			continue
		}
		switch one.found.decided(names, flow.Direction, p) {
		case "allow":
			return true, ""
		case "deny":
			return false, ""
		case "pass":
			continue
		}
		if !one.pass {
			return false, ""
		}
	}
	return a.byProfiles(subject, flow.Direction, p), ""
}

// infos are the policies of a tier that select a subject; not policed is a node without a host endpoint.
func (a asker) infos(one *tier, subject Endpoint) (*proto.TierInfo, bool) {
	if id, has := a.workloads[subject.Name]; has {
		return first(one.found.workloads[id].GetTiers()), true
	}
	if host := a.host(one, subject); host != nil {
		return first(host.Tiers), true
	}
	return nil, false
}

func (a asker) host(one *tier, subject Endpoint) *proto.HostEndpoint {
	for _, host := range one.found.hosts {
		for _, expected := range append(append([]string{}, host.ExpectedIpv4Addrs...), host.ExpectedIpv6Addrs...) {
			for _, own := range subject.IPs {
				if own == expected {
					return host
				}
			}
		}
	}
	return nil
}

func first(tiers []*proto.TierInfo) *proto.TierInfo {
	if len(tiers) == 0 {
		return nil
	}
	return tiers[0]
}

// decided goes through the rules of a tier: "allow", "deny", "pass", or "" where none matches.
func (c *computed) decided(names []string, direction string, p packet) string {
	for _, name := range names {
		policy := c.policies[name]
		if policy == nil {
			return "deny"
		}
		rules := policy.OutboundRules
		if direction == "ingress" {
			rules = policy.InboundRules
		}
		if action := c.action(rules, p); action != "" {
			return action
		}
	}
	return ""
}

func (c *computed) action(rules []*proto.Rule, p packet) string {
	for _, rule := range rules {
		if !c.matches(rule, p) {
			continue
		}
		switch rule.Action {
		case "", "allow":
			return "allow"
		case "deny":
			return "deny"
		case "pass", "next-tier":
			return "pass"
		}
	}
	return ""
}

func (a asker) byProfiles(subject Endpoint, direction string, p packet) bool {
	found := a.tiers[0].found
	profiles := found.workloads[a.workloads[subject.Name]].GetProfileIds()
	if host := a.host(a.tiers[0], subject); host != nil {
		profiles = host.ProfileIds
	}
	for _, name := range profiles {
		profile := found.profiles[name]
		if profile == nil {
			return false
		}
		rules := profile.OutboundRules
		if direction == "ingress" {
			rules = profile.InboundRules
		}
		switch found.action(rules, p) {
		case "allow":
			return true
		case "deny", "pass":
			return false
		}
	}
	return false
}

func address(one Endpoint, family int) (netip.Addr, bool) {
	for _, text := range one.IPs {
		found, err := netip.ParseAddr(text)
		if err == nil && (found.Is6() == (family == 6)) {
			return found, true
		}
	}
	return netip.Addr{}, false
}
