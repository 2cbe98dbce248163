package main

import (
	"encoding/json"
	"fmt"
	"log/slog"

	cilium "github.com/cilium/cilium/pkg/k8s/apis/cilium.io/v2"
	networking "github.com/cilium/cilium/pkg/k8s/slim/k8s/api/networking/v1"
	sigsjson "sigs.k8s.io/json"
	"sigs.k8s.io/yaml"
)

var logger = slog.New(slog.DiscardHandler)

type header struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Metadata   struct {
		Name      string `json:"name"`
		Namespace string `json:"namespace"`
	} `json:"metadata"`
}

// loaded is a document as the agent holds it: the rules that it became.
type loaded struct {
	header
	rules rules
	group *cilium.CiliumCIDRGroup
}

// read decodes one document, JSON or YAML in a JSON string, and parses it as the agent's watcher does.
// `unknown` lists the fields that the type does not have, and so are dropped.
func read(raw json.RawMessage, clusterName string) (result loaded, unknown []string, err error) {
	var text string
	if len(raw) > 0 && raw[0] == '"' {
		if err = json.Unmarshal(raw, &text); err != nil {
			return
		}
		if raw, err = yaml.YAMLToJSON([]byte(text)); err != nil {
			return
		}
	}
	if text != "" {
		err = yaml.Unmarshal([]byte(text), &result.header)
	} else {
		err = json.Unmarshal(raw, &result.header)
	}
	if err != nil {
		return
	}
	decode := func(into any) error {
		if text != "" {
			return yaml.Unmarshal([]byte(text), into)
		}
		strict, failure := sigsjson.UnmarshalStrict(raw, into)
		for _, one := range strict {
			unknown = append(unknown, one.Error())
		}
		return failure
	}
	if result.Metadata.Namespace == "" && namespaced(result.Kind) {
		result.Metadata.Namespace = "default"
	}
	switch result.APIVersion + " " + result.Kind {
	case "cilium.io/v2 CiliumNetworkPolicy":
		policy := &cilium.CiliumNetworkPolicy{}
		if err = decode(policy); err != nil {
			return
		}
		policy.Namespace = result.Metadata.Namespace
		result.rules, err = parsed(policy.Parse(logger, clusterName))
	case "cilium.io/v2 CiliumClusterwideNetworkPolicy":
		policy := &cilium.CiliumClusterwideNetworkPolicy{}
		if err = decode(policy); err != nil {
			return
		}
		result.rules, err = parsed(policy.Parse(logger, clusterName))
	case "networking.k8s.io/v1 NetworkPolicy":
		policy := &networking.NetworkPolicy{}
		if err = decode(policy); err != nil {
			return
		}
		policy.Namespace = result.Metadata.Namespace
		result.rules, err = parseNetworkPolicy(clusterName, policy)
	case "policy.networking.k8s.io/v1alpha2 ClusterNetworkPolicy":
		result.rules, err = parseClusterNetworkPolicy(clusterName, decode)
	case "cilium.io/v2 CiliumCIDRGroup", "cilium.io/v2alpha1 CiliumCIDRGroup":
		result.group = &cilium.CiliumCIDRGroup{}
		err = decode(result.group)
	default:
		err = fmt.Errorf("no policy: %s %s", result.APIVersion, result.Kind)
	}
	return
}

func namespaced(kind string) bool {
	return kind == "CiliumNetworkPolicy" || kind == "NetworkPolicy"
}

// accept says whether the agent takes a document; the custom resource's schema is the API server's and not asked here.
func accept(request Request) map[string]any {
	request.Options.apply()
	_, unknown, err := read(request.Document, request.Options.parsedCluster())
	problems := []string{}
	if err != nil {
		problems = append(problems, err.Error())
	}
	return map[string]any{"accepted": err == nil, "problems": problems, "unknown": unknown}
}
