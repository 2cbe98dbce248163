package main

import (
	"npconv.dev/conformance/wire"

	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	"k8s.io/kubernetes/pkg/apis/networking"
	_ "k8s.io/kubernetes/pkg/apis/networking/install"
	"k8s.io/kubernetes/pkg/apis/networking/validation"
	kjson "sigs.k8s.io/json"
)

// networkPolicy decodes, defaults and validates as pkg/registry/networking/networkpolicy does on creation.
func networkPolicy(document []byte) (wire.Answer, error) {
	policy := &networkingv1.NetworkPolicy{}
	strict, err := kjson.UnmarshalStrict(document, policy)
	if err != nil {
		return wire.Answer{"accepted": false, "problems": []string{err.Error()}}, nil
	}
	if policy.Namespace == "" {
		policy.Namespace = "default" // an API server takes it from the address that was asked
	}
	legacyscheme.Scheme.Default(policy)
	internal := &networking.NetworkPolicy{}
	if err := legacyscheme.Scheme.Convert(policy, internal, nil); err != nil {
		return nil, err
	}
	options := validation.ValidationOptionsForNetworking(internal, nil)
	problems := []string{}
	for _, one := range validation.ValidateNetworkPolicy(internal, options) {
		problems = append(problems, one.Error())
	}
	unknown := []string{}
	for _, one := range strict {
		unknown = append(unknown, one.Error())
	}
	return wire.Answer{
		"accepted": len(problems) == 0,
		"problems": problems,
		"unknown":  unknown,
		"stored":   policy.Spec,
	}, nil
}
