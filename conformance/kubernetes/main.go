// Command kubernetes answers what an API server does with a document: accepted or not, why, and what it stores.
//
// Its arguments are files of CustomResourceDefinitions; a NetworkPolicy is built in.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"npconv.dev/conformance/wire"
	"sigs.k8s.io/yaml"
)

func main() {
	resources, err := load(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	wire.Serve(func(question wire.Question) (wire.Answer, error) {
		switch question.Op {
		case "accept":
			return accept(question.Document, resources)
		case "yaml":
			return read(question.Text), nil
		default:
			return nil, fmt.Errorf("unknown op %q", question.Op)
		}
	})
}

func accept(document []byte, resources map[string]resource) (wire.Answer, error) {
	var head struct {
		APIVersion string `json:"apiVersion"`
		Kind       string `json:"kind"`
	}
	if err := json.Unmarshal(document, &head); err != nil {
		return nil, err
	}
	key := head.APIVersion + " " + head.Kind
	if key == "networking.k8s.io/v1 NetworkPolicy" {
		return networkPolicy(document)
	}
	found, ok := resources[key]
	if !ok {
		return nil, fmt.Errorf("no such kind: %s", key)
	}
	return found.accept(document)
}

// read is a text as kubectl and the API server read YAML, which is neither YAML 1.1 nor 1.2.
func read(text string) wire.Answer {
	found, err := yaml.YAMLToJSON([]byte(text))
	if err != nil {
		return wire.Answer{"problems": []string{err.Error()}}
	}
	return wire.Answer{"data": json.RawMessage(found)}
}
