package main

import (
	"fmt"
	"net/netip"

	"github.com/cilium/cilium/pkg/identity"
	"github.com/cilium/cilium/pkg/labels"
	"github.com/cilium/cilium/pkg/policy/api"
	ports "github.com/cilium/cilium/pkg/types"
)

// Cluster is what is there: namespaces with labels, and everything that can be at an end of a flow.
type Cluster struct {
	Namespaces map[string]map[string]string `json:"namespaces"`
	Endpoints  []Endpoint                   `json:"endpoints"`
}

// Endpoint is one end of flows. `Marks` are labels as Cilium writes them that nothing else here says.
type Endpoint struct {
	Name                 string            `json:"name"`
	Kind                 string            `json:"kind"`
	Namespace            string            `json:"namespace"`
	Labels               map[string]string `json:"labels"`
	ServiceAccount       string            `json:"serviceAccount"`
	ServiceAccountLabels map[string]string `json:"serviceAccountLabels"`
	IPs                  []string          `json:"ips"`
	Ports                []Port            `json:"ports"`
	Node                 string            `json:"node"`
	Cluster              string            `json:"cluster"`
	Marks                []string          `json:"marks"`
}

// Port is a port that an endpoint declares by name.
type Port struct {
	Name     string `json:"name"`
	Protocol string `json:"protocol"`
	Port     int    `json:"port"`
}

// Identity is a security identity, as the vectors write it down.
type Identity struct {
	ID     uint32   `json:"id"`
	Name   string   `json:"name"`
	Labels []string `json:"labels"`
	Ports  []Port   `json:"ports"`
}

// Numbers of identities of their own, by scope (pkg/identity/numericidentity.go).
const (
	firstUser   = 1001
	scopeLocal  = 1 << 24
	scopeRemote = 2 << 24
)

var reserved = map[string]identity.NumericIdentity{
	"host":        identity.ReservedIdentityHost,
	"remote-node": identity.ReservedIdentityRemoteNode,
	"health":      identity.ReservedIdentityHealth,
	"init":        identity.ReservedIdentityInit,
	"unmanaged":   identity.ReservedIdentityUnmanaged,
	"ingress":     identity.ReservedIdentityIngress,
}

// identities gives every endpoint its identity. Each address outside gets a CIDR identity of its own prefix: matching
// of wider selectors is by containment (pkg/labels), so it stands for every prefix that some policy names.
func (c Cluster) identities(options Options, groups []loaded) ([]Identity, error) {
	var found []Identity
	for index, one := range c.Endpoints {
		texts, err := c.labels(one, options, groups)
		if err != nil {
			return nil, err
		}
		number := identity.NumericIdentity(firstUser + index)
		switch one.Kind {
		case "pod":
		case "outside", "kube-apiserver":
			number = identity.NumericIdentity(scopeLocal + 1 + index)
		case "remote-node":
			number = identity.NumericIdentity(scopeRemote + 1 + index)
		default:
			number = reserved[one.Kind]
			if number == 0 {
				return nil, fmt.Errorf("%s: unknown kind %q", one.Name, one.Kind)
			}
		}
		found = append(found, Identity{ID: uint32(number), Name: one.Name, Labels: texts, Ports: one.Ports})
	}
	return found, nil
}

func (c Cluster) labels(one Endpoint, options Options, groups []loaded) ([]string, error) {
	texts := append([]string{}, one.Marks...)
	outside := one.Kind == "outside" || one.Kind == "kube-apiserver"
	switch one.Kind {
	case "pod":
		for key, value := range one.Labels {
			texts = append(texts, "k8s:"+key+"="+value)
		}
		texts = append(texts, "k8s:io.kubernetes.pod.namespace="+one.Namespace)
		own := c.Namespaces[one.Namespace]
		for key, value := range own {
			texts = append(texts, "k8s:io.cilium.k8s.namespace.labels."+key+"="+value)
		}
		if _, has := own["kubernetes.io/metadata.name"]; !has {
			texts = append(texts, "k8s:io.cilium.k8s.namespace.labels.kubernetes.io/metadata.name="+one.Namespace)
		}
		if one.ServiceAccount != "" {
			texts = append(texts, "k8s:io.cilium.k8s.policy.serviceaccount="+one.ServiceAccount)
		}
		cluster := one.Cluster
		if cluster == "" {
			cluster = options.cluster()
		}
		texts = append(texts, "k8s:io.cilium.k8s.policy.cluster="+cluster)
	case "outside":
	case "kube-apiserver":
		texts = append(texts, "reserved:kube-apiserver")
	default:
		texts = append(texts, "reserved:"+one.Kind)
		if options.NodeSelectors {
			for key, value := range one.Labels {
				texts = append(texts, "node:"+key+"="+value)
			}
			// As nodeIdentityLabels of pkg/node/manager: selectors of 1.19 and later ask for the own cluster.
			texts = append(texts, "k8s:io.cilium.k8s.policy.cluster="+options.cluster())
		}
	}
	node := one.Kind == "remote-node" || one.Kind == "host"
	for _, text := range one.IPs {
		address, err := netip.ParseAddr(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", one.Name, err)
		}
		prefix := netip.PrefixFrom(address, address.BitLen())
		if outside {
			texts = append(texts, labels.GetCIDRLabels(prefix).GetModel()...)
			texts = append(texts, groupLabels(prefix, groups)...)
		} else if (node && has(options.CIDRMatch, "nodes")) || (one.Kind == "pod" && has(options.CIDRMatch, "pods")) {
			label, err := labels.IPStringToLabel(text)
			if err != nil {
				return nil, err
			}
			texts = append(texts, label.String())
		}
	}
	return texts, nil
}

func has(list []string, wanted string) bool {
	for _, one := range list {
		if one == wanted {
			return true
		}
	}
	return false
}

// groupLabels are those that a CIDR group puts on addresses in it (pkg/policy/k8s/cilium_cidr_group.go).
func groupLabels(prefix netip.Prefix, groups []loaded) (texts []string) {
	for _, one := range groups {
		for _, cidr := range one.group.Spec.ExternalCIDRs {
			range_, err := netip.ParsePrefix(string(cidr))
			if err != nil || !range_.Contains(prefix.Addr()) {
				continue
			}
			label := api.LabelForCIDRGroupRef(one.group.Name)
			texts = append(texts, label.String())
			for key, value := range one.group.Labels {
				texts = append(texts, groupLabel(key, value)...)
			}
		}
	}
	return
}

func portMap(declared []Port) ports.NamedPortMap {
	made := ports.NamedPortMap{}
	for _, one := range declared {
		protocol := one.Protocol
		if protocol == "" {
			protocol = "TCP"
		}
		if one.Name != "" {
			_ = made.AddPort(one.Name, one.Port, protocol)
		}
	}
	return made
}
