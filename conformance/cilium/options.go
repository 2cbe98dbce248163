package main

import (
	"github.com/cilium/cilium/pkg/option"
	"github.com/cilium/cilium/pkg/policy"
	"github.com/cilium/cilium/pkg/policy/api"
)

// Options are the agent's settings that change what policies mean; nil is the engine's default.
type Options struct {
	Enforcement       string   `json:"enforcement"`
	AllowLocalhost    string   `json:"allowLocalhost"`
	HostFirewall      bool     `json:"hostFirewall"`
	ExtendedProtocols bool     `json:"extendedProtocols"`
	NodeSelectors     bool     `json:"nodeSelectors"`
	CIDRMatch         []string `json:"cidrMatch"`
	IPv6              bool     `json:"ipv6"`
	// LocalCluster is policy-default-local-cluster; the chart sets it from 1.19 on.
	LocalCluster *bool  `json:"defaultLocalCluster"`
	ClusterName  string `json:"clusterName"`
}

// apply sets the process's configuration: Cilium's policy code reads it from globals.
func (o Options) apply() {
	enforcement := option.DefaultEnforcement
	if o.Enforcement != "" {
		enforcement = o.Enforcement
	}
	policy.SetPolicyEnabled(enforcement)
	c := option.Config
	c.EnableIPv4, c.EnableIPv6 = true, o.IPv6
	c.EnableL7Proxy = true
	c.EnableICMPRules = true
	c.EnableNonDefaultDenyPolicies = true
	c.EnableNodeSelectorLabels = o.NodeSelectors
	setExtendedProtocols(o.ExtendedProtocols)
	c.EnableHostFirewall = o.HostFirewall
	c.PolicyCIDRMatchMode = o.CIDRMatch
	localhost := option.AllowLocalhostAlways
	if o.AllowLocalhost != "" {
		localhost = o.AllowLocalhost
	}
	setAllowLocalhost(localhost)
	api.InitEntities(o.cluster())
}

func (o Options) cluster() string {
	if o.ClusterName != "" {
		return o.ClusterName
	}
	return "default"
}

// parsedCluster is the cluster name that policies are parsed with: none where selectors reach into every cluster.
func (o Options) parsedCluster() string {
	local := defaultLocalCluster
	if o.LocalCluster != nil {
		local = *o.LocalCluster
	}
	if local {
		return o.cluster()
	}
	return ""
}
