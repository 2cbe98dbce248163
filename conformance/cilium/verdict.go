package main

import (
	"fmt"

	"github.com/cilium/cilium/pkg/identity"
	ipcache "github.com/cilium/cilium/pkg/ipcache/types"
	"github.com/cilium/cilium/pkg/labels"
	"github.com/cilium/cilium/pkg/policy"
	ports "github.com/cilium/cilium/pkg/types"
	"github.com/cilium/cilium/pkg/u8proto"
)

// Flow is one flow as one side sees it.
type Flow struct {
	Subject   string `json:"subject"`
	Direction string `json:"direction"`
	Peer      string `json:"peer"`
	Protocol  string `json:"protocol"`
	Port      uint16 `json:"port"`
	ICMPType  uint16 `json:"icmpType"`
}

// owner is the endpoint whose policy is distilled (policy.PolicyOwner; engine_*.go has what differs by version).
type owner struct {
	id    uint64
	host  bool
	ports ports.NamedPortMap
	named any
}

func (o *owner) GetID() uint64              { return o.id }
func (o *owner) IsHost() bool               { return o.host }
func (o *owner) PolicyDebug(string, ...any) {}

func (o *owner) declared(name string, proto u8proto.U8proto) uint16 {
	number, err := o.ports.GetNamedPort(name, proto)
	if err != nil {
		return 0
	}
	return number
}

var protocols = map[string]u8proto.U8proto{
	"TCP": u8proto.TCP, "UDP": u8proto.UDP, "SCTP": u8proto.SCTP, "ICMP": u8proto.ICMP, "ICMPv6": u8proto.ICMPv6,
	"VRRP": 112, "IGMP": 2, "GRE": 47, "UDPLite": 136,
}

// verdict loads documents and identities, and looks every flow up in the map of its subject. An answer is null where
// the subject's policy cannot be computed or the map cannot be asked; `redirected` is where an L7 proxy decides.
func verdict(request Request) map[string]any {
	request.Options.apply()
	problems, refused, groups, taken := []string{}, []string{}, []loaded{}, []loaded{}
	for index, raw := range request.Documents {
		one, _, err := read(raw, request.Options.parsedCluster())
		switch {
		case err != nil:
			refused = append(refused, fmt.Sprintf("document %d: %s", index, err))
		case one.group != nil:
			groups = append(groups, one)
		default:
			taken = append(taken, one)
		}
	}
	known := request.Identities
	if request.Cluster != nil {
		made, err := request.Cluster.identities(request.Options, groups)
		if err != nil {
			return map[string]any{"error": err.Error()}
		}
		known = made
	}
	ids, named, byName := identity.IdentityMap{}, map[identity.NumericIdentity]ports.NamedPortMap{}, map[string]Identity{}
	for _, one := range known {
		array := labels.ParseLabelArrayFromArray(one.Labels)
		ids[identity.NumericIdentity(one.ID)] = array
		if declared := portMap(one.Ports); len(declared) > 0 {
			named[identity.NumericIdentity(one.ID)] = declared
		}
		byName[one.Name] = one
	}
	made := newEngine(ids, named)
	for _, one := range taken {
		kind := ipcache.ResourceKind(one.Kind)
		made.load(one.rules, ipcache.NewResourceID(kind, one.Metadata.Namespace, one.Metadata.Name))
	}
	asked := asker{engine: made, ids: ids, byName: byName, maps: map[uint32]*policy.EndpointPolicy{}, failed: map[uint32]string{}}
	allowed, redirected := []*bool{}, []bool{}
	for index, flow := range request.Flows {
		answer, redirect, problem := asked.ask(flow)
		if problem != "" {
			problems = append(problems, fmt.Sprintf("flow %d: %s", index, problem))
		}
		allowed, redirected = append(allowed, answer), append(redirected, redirect)
	}
	return map[string]any{"allowed": allowed, "redirected": redirected, "problems": problems, "refused": refused}
}

type asker struct {
	engine *engine
	ids    identity.IdentityMap
	byName map[string]Identity
	maps   map[uint32]*policy.EndpointPolicy
	failed map[uint32]string
}

func (a asker) ask(flow Flow) (allowed *bool, redirected bool, problem string) {
	subject, has := a.byName[flow.Subject]
	peer, hasPeer := a.byName[flow.Peer]
	protocol, known := protocols[flow.Protocol]
	if !has || !hasPeer || !known {
		return nil, false, "unknown subject, peer or protocol"
	}
	made, problem := a.mapOf(subject)
	if problem != "" {
		return nil, false, problem
	}
	number := flow.Port
	switch flow.Protocol {
	case "ICMP", "ICMPv6":
		number = flow.ICMPType
		if number == 0 {
			return nil, false, "ICMP type 0 is any type to the map"
		}
	case "TCP", "UDP", "SCTP":
	default:
		number = 1
	}
	key := policy.EgressKey()
	if flow.Direction == "ingress" {
		key = policy.IngressKey()
	}
	entry, _, _ := made.Lookup(key.WithIdentity(identity.NumericIdentity(peer.ID)).WithPortProto(protocol, number))
	answer := !entry.IsDeny()
	return &answer, entry.IsRedirectEntry(), ""
}

func (a asker) mapOf(subject Identity) (*policy.EndpointPolicy, string) {
	if made, has := a.maps[subject.ID]; has {
		return made, a.failed[subject.ID]
	}
	number := identity.NumericIdentity(subject.ID)
	full := identity.NewIdentityFromLabelArray(number, a.ids[number])
	own := &owner{
		id:    uint64(subject.ID),
		host:  number == identity.ReservedIdentityHost,
		ports: portMap(subject.Ports),
	}
	made, err := a.engine.distilled(full, own)
	if err != nil {
		a.failed[subject.ID] = err.Error()
	}
	a.maps[subject.ID] = made
	return made, a.failed[subject.ID]
}
