package main

import (
	"encoding/json"
	"fmt"

	"npconv.dev/conformance/wire"

	v1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	_ "k8s.io/kubernetes/pkg/apis/networking/install"
	"sigs.k8s.io/kube-network-policies/pkg/api"
	"sigs.k8s.io/kube-network-policies/pkg/networkpolicy"
	adminplugin "sigs.k8s.io/kube-network-policies/plugins/npa-v1alpha1"
	clusterplugin "sigs.k8s.io/kube-network-policies/plugins/npa-v1alpha2"
	"sigs.k8s.io/network-policy-api/apis/v1alpha1"
	"sigs.k8s.io/network-policy-api/apis/v1alpha2"
	"sigs.k8s.io/network-policy-api/pkg/client/clientset/versioned"
	policyinformers "sigs.k8s.io/network-policy-api/pkg/client/informers/externalversions"
)

// end is an endpoint as the engine knows it: pods it knows by their address, others only as an address.
type end struct {
	ip  string
	pod *api.PodInfo
}

type engine struct {
	endpoints  map[string]*end
	evaluators map[string][]api.PolicyEvaluator
}

var nowhere = &rest.Config{Host: "http://127.0.0.1:1"}

// build fills the indexers behind the engine's listers; no informer is ever started.
func build(documents []json.RawMessage, cluster wire.Cluster, asked options) (*engine, error) {
	core, policies := kubernetes.NewForConfigOrDie(nowhere), versioned.NewForConfigOrDie(nowhere)
	both := informers.NewSharedInformerFactory(core, 0)
	api2 := policyinformers.NewSharedInformerFactory(policies, 0)
	networking := map[string]informers.SharedInformerFactory{
		"ingress": informers.NewSharedInformerFactory(core, 0), "egress": informers.NewSharedInformerFactory(core, 0),
	}
	for _, document := range documents {
		if err := add(document, networking, api2, asked); err != nil {
			return nil, err
		}
	}
	made := &engine{endpoints: map[string]*end{}, evaluators: map[string][]api.PolicyEvaluator{}}
	for _, one := range cluster.Endpoints {
		made.endpoints[one.Name] = endpoint(one, cluster)
		if one.Kind == "host" || one.Kind == "remote-node" {
			node := &v1.Node{ObjectMeta: metav1.ObjectMeta{Name: one.Name, Labels: one.Labels}}
			for _, ip := range one.IPs {
				node.Status.Addresses = append(node.Status.Addresses, v1.NodeAddress{Type: v1.NodeInternalIP, Address: ip})
			}
			if err := both.Core().V1().Nodes().Informer().GetIndexer().Add(node); err != nil {
				return nil, err
			}
		}
	}
	newer, older := api2.Policy().V1alpha2().ClusterNetworkPolicies(), api2.Policy().V1alpha1()
	nodes := both.Core().V1().Nodes().Lister()
	for direction, factory := range networking {
		made.evaluators[direction] = []api.PolicyEvaluator{
			clusterplugin.NewClusterNetworkPolicy(v1alpha2.AdminTier, newer, nil, nodes),
			adminplugin.NewAdminNetworkPolicy(older.AdminNetworkPolicies(), nil),
			networkpolicy.NewStandardNetworkPolicy(
				"", factory.Core().V1().Namespaces(), factory.Core().V1().Pods(),
				factory.Networking().V1().NetworkPolicies(),
			),
			adminplugin.NewBaselineAdminNetworkPolicy(older.BaselineAdminNetworkPolicies()),
			clusterplugin.NewClusterNetworkPolicy(v1alpha2.BaselineTier, newer, nil, nodes),
		}
	}
	return made, nil
}

func add(
	document json.RawMessage,
	networking map[string]informers.SharedInformerFactory,
	policies policyinformers.SharedInformerFactory,
	asked options,
) error {
	var head metav1.TypeMeta
	if err := json.Unmarshal(document, &head); err != nil {
		return err
	}
	switch head.APIVersion + " " + head.Kind {
	case "networking.k8s.io/v1 NetworkPolicy":
		policy, err := normalised(document)
		if err != nil {
			return err
		}
		for direction, factory := range networking {
			if asked.AsShipped || has(policy.Spec.PolicyTypes, direction) {
				indexer := factory.Networking().V1().NetworkPolicies().Informer().GetIndexer()
				if err := indexer.Add(policy); err != nil {
					return err
				}
			}
		}
		return nil
	case "policy.networking.k8s.io/v1alpha2 ClusterNetworkPolicy":
		policy := &v1alpha2.ClusterNetworkPolicy{}
		if err := json.Unmarshal(document, policy); err != nil {
			return err
		}
		return policies.Policy().V1alpha2().ClusterNetworkPolicies().Informer().GetIndexer().Add(policy)
	case "policy.networking.k8s.io/v1alpha1 AdminNetworkPolicy":
		policy := &v1alpha1.AdminNetworkPolicy{}
		if err := json.Unmarshal(document, policy); err != nil {
			return err
		}
		return policies.Policy().V1alpha1().AdminNetworkPolicies().Informer().GetIndexer().Add(policy)
	case "policy.networking.k8s.io/v1alpha1 BaselineAdminNetworkPolicy":
		policy := &v1alpha1.BaselineAdminNetworkPolicy{}
		if err := json.Unmarshal(document, policy); err != nil {
			return err
		}
		return policies.Policy().V1alpha1().BaselineAdminNetworkPolicies().Informer().GetIndexer().Add(policy)
	}
	return fmt.Errorf("no policy: %s %s", head.APIVersion, head.Kind)
}

// normalised is a policy as an API server stores it: with defaults, and without empty lists, which would mean
// "allow everything" to the engine.
func normalised(document json.RawMessage) (*networkingv1.NetworkPolicy, error) {
	first := &networkingv1.NetworkPolicy{}
	if err := json.Unmarshal(document, first); err != nil {
		return nil, err
	}
	if first.Namespace == "" {
		first.Namespace = "default"
	}
	legacyscheme.Scheme.Default(first)
	text, err := first.Marshal() // as etcd has it: protobuf knows no empty lists
	if err != nil {
		return nil, err
	}
	stored := &networkingv1.NetworkPolicy{}
	return stored, stored.Unmarshal(text)
}

func has(types []networkingv1.PolicyType, direction string) bool {
	for _, one := range types {
		if (one == networkingv1.PolicyTypeIngress) == (direction == "ingress") {
			return true
		}
	}
	return false
}

func endpoint(one wire.Endpoint, cluster wire.Cluster) *end {
	made := &end{}
	if len(one.IPs) > 0 {
		made.ip = one.IPs[0]
	}
	if one.Kind != "pod" {
		return made
	}
	made.pod = &api.PodInfo{
		Name: one.Name, Labels: one.Labels,
		Namespace: &api.Namespace{Name: one.Namespace, Labels: cluster.Namespaces[one.Namespace]},
	}
	for _, port := range one.Ports {
		made.pod.ContainerPorts = append(
			made.pod.ContainerPorts, &api.ContainerPort{Name: port.Name, Port: port.Port, Protocol: port.Protocol},
		)
	}
	return made
}
