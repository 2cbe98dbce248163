// Package wire reads questions and writes answers, one JSON object a line.
package wire

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime/debug"
)

// Question is one line of the input. Which fields matter depends on Op.
type Question struct {
	ID        json.RawMessage   `json:"id"`
	Op        string            `json:"op"`
	Document  json.RawMessage   `json:"document"`
	Text      string            `json:"text"`
	Documents []json.RawMessage `json:"documents"`
	Cluster   Cluster           `json:"cluster"`
	Options   json.RawMessage   `json:"options"`
	Flows     []Flow            `json:"flows"`
}

// Cluster is the world that a verdict is about.
type Cluster struct {
	Namespaces map[string]map[string]string `json:"namespaces"`
	Endpoints  []Endpoint                   `json:"endpoints"`
}

// Endpoint is one end of a flow: a pod, host, remote-node, outside or kube-apiserver.
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
}

// Port is a port that a pod declares.
type Port struct {
	Name     string `json:"name"`
	Protocol string `json:"protocol"`
	Port     int32  `json:"port"`
}

// Flow is one flow, as the subject's policies in one direction see it.
type Flow struct {
	Subject    string `json:"subject"`
	Direction  string `json:"direction"`
	Peer       string `json:"peer"`
	Protocol   string `json:"protocol"`
	Port       int    `json:"port"`
	SourcePort int    `json:"sourcePort"`
}

// Answer is one line of the output.
type Answer map[string]any

// Serve answers every line of the standard input. A line that cannot be answered gets an error, and the next is read.
func Serve(answer func(Question) (Answer, error)) {
	reader := bufio.NewReaderSize(os.Stdin, 1<<20)
	writer := bufio.NewWriterSize(os.Stdout, 1<<20)
	defer writer.Flush()
	for {
		line, err := reader.ReadBytes('\n')
		if len(line) > 1 {
			write(writer, one(line, answer))
			if reader.Buffered() == 0 {
				writer.Flush()
			}
		}
		if err == io.EOF {
			return
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

func one(line []byte, answer func(Question) (Answer, error)) (found Answer) {
	var question Question
	if err := json.Unmarshal(line, &question); err != nil {
		return Answer{"id": nil, "error": err.Error()}
	}
	defer func() {
		if failure := recover(); failure != nil {
			found = Answer{"error": fmt.Sprint("panic: ", failure)}
		}
		found["id"] = question.ID
	}()
	if question.Op == "version" {
		return Answer{"modules": modules()}
	}
	made, err := answer(question)
	if err != nil {
		return Answer{"error": err.Error()}
	}
	return made
}

func write(writer io.Writer, answer Answer) {
	text, err := json.Marshal(answer)
	if err != nil {
		text, _ = json.Marshal(Answer{"id": answer["id"], "error": err.Error()})
	}
	_, _ = writer.Write(append(text, '\n'))
}

// modules are the versions of the engines' modules that this program was built with.
func modules() map[string]string {
	found := map[string]string{}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, one := range info.Deps {
			switch one.Path {
			case "k8s.io/kubernetes", "k8s.io/apiextensions-apiserver", "sigs.k8s.io/kube-network-policies",
				"sigs.k8s.io/network-policy-api", "sigs.k8s.io/yaml":
				found[one.Path] = one.Version
			}
		}
	}
	return found
}
