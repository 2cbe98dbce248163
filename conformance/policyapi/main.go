// Command policyapi answers which flows the policy engine of SIG Network (kube-network-policies) lets through, for
// NetworkPolicy, ClusterNetworkPolicy, AdminNetworkPolicy and BaselineAdminNetworkPolicy.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"

	"npconv.dev/conformance/wire"

	v1 "k8s.io/api/core/v1"
	"k8s.io/klog/v2"
	"sigs.k8s.io/kube-network-policies/pkg/api"
	"sigs.k8s.io/kube-network-policies/pkg/network"
)

func main() {
	klog.LogToStderr(false)
	klog.SetOutput(io.Discard)
	flag.Parse()
	wire.Serve(func(question wire.Question) (wire.Answer, error) {
		if question.Op != "verdict" {
			return nil, fmt.Errorf("unknown op %q", question.Op)
		}
		return verdicts(question)
	})
}

// options are what a question can ask for.
type options struct {
	// AsShipped keeps what the engine does to a pod that NetworkPolicies select in the other direction only: it is
	// accepted, and the baseline is never asked. Without it, a NetworkPolicy counts in its own directions.
	AsShipped bool `json:"asShipped"`
}

func verdicts(question wire.Question) (wire.Answer, error) {
	var asked options
	if len(question.Options) > 0 {
		if err := json.Unmarshal(question.Options, &asked); err != nil {
			return nil, err
		}
	}
	engine, err := build(question.Documents, question.Cluster, asked)
	if err != nil {
		return nil, err
	}
	allowed := make([]bool, len(question.Flows))
	for number, flow := range question.Flows {
		if allowed[number], err = engine.passes(flow); err != nil {
			return nil, fmt.Errorf("flow %d: %w", number, err)
		}
	}
	return wire.Answer{"allowed": allowed}, nil
}

// passes is the verdict of the subject's policies in the flow's direction: the loop of PolicyEngine.runIngressPipeline
// and runEgressPipeline, which cannot be called one by one.
func (e *engine) passes(flow wire.Flow) (bool, error) {
	subject, peer := e.endpoints[flow.Subject], e.endpoints[flow.Peer]
	if subject == nil || peer == nil {
		return false, fmt.Errorf("unknown endpoint %q or %q", flow.Subject, flow.Peer)
	}
	source, destination := subject, peer
	if flow.Direction == "ingress" {
		source, destination = peer, subject
	}
	packet := &network.Packet{
		Family: v1.IPv4Protocol,
		SrcIP:  net.ParseIP(source.ip), DstIP: net.ParseIP(destination.ip),
		Proto:   v1.Protocol(flow.Protocol),
		SrcPort: flow.SourcePort, DstPort: flow.Port,
	}
	for _, evaluator := range e.evaluators[flow.Direction] {
		evaluate := evaluator.EvaluateEgress
		if flow.Direction == "ingress" {
			evaluate = evaluator.EvaluateIngress
		}
		verdict, err := evaluate(context.Background(), packet, source.pod, destination.pod)
		if err != nil {
			return false, err
		}
		if verdict != api.VerdictNext {
			return verdict == api.VerdictAccept, nil
		}
	}
	return true, nil
}
