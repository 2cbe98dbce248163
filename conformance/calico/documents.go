package main

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"

	v3 "github.com/projectcalico/api/pkg/apis/projectcalico/v3"
	discovery "k8s.io/api/discovery/v1"
	networking "k8s.io/api/networking/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	sigsjson "sigs.k8s.io/json"

	"github.com/projectcalico/calico/libcalico-go/lib/backend/k8s/conversion"
	"github.com/projectcalico/calico/libcalico-go/lib/backend/model"
	"github.com/projectcalico/calico/libcalico-go/lib/backend/syncersv1/updateprocessors"
	"github.com/projectcalico/calico/libcalico-go/lib/backend/watchersyncer"
	validator "github.com/projectcalico/calico/libcalico-go/lib/validator/v3"
)

// resource is one document: the typed object, the tier it names, and how it gets into the calculation graph.
type resource struct {
	object  any
	kind    string
	tier    string
	pair    model.KVPair
	into    watchersyncer.SyncerUpdateProcessor
	order   *float64
	pass    bool
	unknown []string
}

type fields struct {
	APIVersion string          `json:"apiVersion"`
	Kind       string          `json:"kind"`
	Metadata   meta.ObjectMeta `json:"metadata"`
	Spec       struct {
		Tier          string   `json:"tier"`
		Order         *float64 `json:"order"`
		DefaultAction string   `json:"defaultAction"`
	} `json:"spec"`
}

// read decodes a document into the type that Calico has for it, with the defaults that its client fills in
// (libcalico-go/lib/clientv3: types by the rules that are there, names with the tier in front).
func read(raw json.RawMessage) (found resource, err error) {
	var head fields
	if err = json.Unmarshal(raw, &head); err != nil {
		return
	}
	found.kind, found.tier = head.Kind, "default"
	if head.Spec.Tier != "" {
		found.tier = head.Spec.Tier
	}
	raw, err = withoutTier(raw)
	if err != nil {
		return
	}
	decode := func(into any) {
		strict, failure := sigsjson.UnmarshalStrict(raw, into)
		for _, one := range strict {
			found.unknown = append(found.unknown, one.Error())
		}
		err = failure
	}
	name, namespace := head.Metadata.Name, head.Metadata.Namespace
	if namespace == "" {
		namespace = "default"
	}
	version, group := head.APIVersion, ""
	if strings.Contains(version, "/") {
		group, _, _ = strings.Cut(version, "/")
	}
	// What is written straight into the datastore has no defaults, and its name as it is.
	complete, named := defaultTypes, stored
	if group == "crd.projectcalico.org" {
		group, complete = "projectcalico.org", func(_, _ []v3.Rule, _ *[]v3.PolicyType) {}
		named = func(_, name string) string { return name }
	}
	switch group + " " + head.Kind {
	case "projectcalico.org NetworkPolicy":
		one := v3.NewNetworkPolicy()
		decode(one)
		one.Namespace, one.Name = namespace, named(found.tier, name)
		complete(one.Spec.Ingress, one.Spec.Egress, &one.Spec.Types)
		found.put(v3.KindNetworkPolicy, one.Namespace, one.Name, one, updateprocessors.NewNetworkPolicyUpdateProcessor())
	case "projectcalico.org GlobalNetworkPolicy":
		one := v3.NewGlobalNetworkPolicy()
		decode(one)
		one.Name = named(found.tier, name)
		complete(one.Spec.Ingress, one.Spec.Egress, &one.Spec.Types)
		found.put(v3.KindGlobalNetworkPolicy, "", one.Name, one, updateprocessors.NewGlobalNetworkPolicyUpdateProcessor())
	case "projectcalico.org NetworkSet":
		one := v3.NewNetworkSet()
		decode(one)
		one.Namespace = namespace
		found.put(v3.KindNetworkSet, one.Namespace, one.Name, one, updateprocessors.NewNetworkSetUpdateProcessor())
	case "projectcalico.org GlobalNetworkSet":
		one := v3.NewGlobalNetworkSet()
		decode(one)
		found.put(v3.KindGlobalNetworkSet, "", one.Name, one, updateprocessors.NewGlobalNetworkSetUpdateProcessor())
	case "projectcalico.org HostEndpoint":
		one := v3.NewHostEndpoint()
		decode(one)
		one.Spec.Node = hostname
		found.put(v3.KindHostEndpoint, "", one.Name, one, updateprocessors.NewHostEndpointUpdateProcessor())
	case "projectcalico.org Tier":
		found.tier, found.order = name, head.Spec.Order
		found.pass = head.Spec.DefaultAction == "Pass"
	case "networking.k8s.io NetworkPolicy":
		one := &networking.NetworkPolicy{}
		decode(one)
		if err != nil {
			return
		}
		one.Namespace = namespace
		defaultKubernetes(one)
		var pair *model.KVPair
		pair, err = conversion.NewConverter().K8sNetworkPolicyToCalico(one)
		if pair == nil {
			return
		}
		found.object, found.pair = pair.Value, *pair
		found.into = updateprocessors.NewNetworkPolicyUpdateProcessor()
	case "discovery.k8s.io EndpointSlice":
		one := &discovery.EndpointSlice{}
		decode(one)
		if err != nil {
			return
		}
		one.Namespace = namespace
		var pair *model.KVPair
		if pair, err = conversion.NewConverter().EndpointSliceToKVP(one); err == nil {
			found.object, found.pair = one, *pair
		}
	default:
		err = fmt.Errorf("Calico 3.28 enforces no %s %s", head.APIVersion, head.Kind)
	}
	return
}

func (r *resource) put(kind, namespace, name string, object any, into watchersyncer.SyncerUpdateProcessor) {
	r.object, r.into = object, into
	r.pair = model.KVPair{Key: model.ResourceKey{Kind: kind, Namespace: namespace, Name: name}, Value: object}
}

// isPolicy is whether it belongs to a tier.
func (r resource) isPolicy() bool {
	return strings.HasSuffix(r.kind, "NetworkPolicy")
}

// withoutTier takes spec.tier off policies: the types of 3.28 do not have it, and tiers are played by one graph each.
func withoutTier(raw json.RawMessage) (json.RawMessage, error) {
	var data map[string]any
	if err := json.Unmarshal(raw, &data); err != nil {
		return nil, err
	}
	if spec, ok := data["spec"].(map[string]any); ok {
		delete(spec, "tier")
	}
	return json.Marshal(data)
}

func stored(tier, name string) string {
	if strings.HasPrefix(name, tier+".") {
		return name
	}
	return tier + "." + name
}

func defaultTypes(ingress, egress []v3.Rule, types *[]v3.PolicyType) {
	switch {
	case len(*types) > 0:
	case len(egress) == 0:
		*types = []v3.PolicyType{v3.PolicyTypeIngress}
	case len(ingress) == 0:
		*types = []v3.PolicyType{v3.PolicyTypeEgress}
	default:
		*types = []v3.PolicyType{v3.PolicyTypeIngress, v3.PolicyTypeEgress}
	}
}

// defaultKubernetes is what the API server fills in (pkg/apis/networking/v1/defaults.go).
func defaultKubernetes(one *networking.NetworkPolicy) {
	if len(one.Spec.PolicyTypes) == 0 {
		one.Spec.PolicyTypes = []networking.PolicyType{networking.PolicyTypeIngress}
		if len(one.Spec.Egress) > 0 {
			one.Spec.PolicyTypes = append(one.Spec.PolicyTypes, networking.PolicyTypeEgress)
		}
	}
}

// accept says what Calico's validator makes of a document. A name is judged without its tier.
func accept(request Request) map[string]any {
	found, err := read(request.Document)
	problems := []string{}
	if err == nil && found.object != nil {
		err = validated(found)
	}
	if err != nil {
		problems = append(problems, err.Error())
	}
	return map[string]any{"accepted": err == nil, "problems": problems, "unknown": found.unknown}
}

// validated is what Calico's v3 validator says; it knows no tier in a policy's name.
func validated(found resource) error {
	if one, ok := found.object.(meta.Object); ok && found.isPolicy() {
		name := one.GetName()
		if !strings.HasPrefix(name, "knp.") {
			one.SetName(strings.TrimPrefix(name, found.tier+"."))
			defer one.SetName(name)
		}
	}
	return validator.Validate(found.object)
}

// convert shows the Calico policy that a Kubernetes NetworkPolicy becomes.
func convert(request Request) map[string]any {
	found, err := read(request.Document)
	problems := []string{}
	if err != nil {
		problems = append(problems, err.Error())
	}
	return map[string]any{"stored": found.object, "problems": problems}
}

// tierOrder is the order that a tier sorts by: nil is last.
func tierOrder(order *float64) float64 {
	if order == nil {
		return math.Inf(1)
	}
	return *order
}
