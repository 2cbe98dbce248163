// Command calico is the referee for Calico: it answers JSON lines with what Calico's own code says of policies and flows.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"runtime/debug"

	v3 "github.com/projectcalico/api/pkg/apis/projectcalico/v3"
	"github.com/sirupsen/logrus"

	"github.com/projectcalico/calico/libcalico-go/lib/backend/syncersv1/updateprocessors"
	"github.com/projectcalico/calico/libcalico-go/lib/selector"
)

// Request is one line of the input; which fields count depends on the operation.
type Request struct {
	ID        any               `json:"id"`
	Op        string            `json:"op"`
	Document  json.RawMessage   `json:"document"`
	Documents []json.RawMessage `json:"documents"`
	Cluster   Cluster           `json:"cluster"`
	Flows     []Flow            `json:"flows"`
	Options   Options           `json:"options"`
	Selector  string            `json:"selector"`
	Labels    map[string]string `json:"labels"`
	Rule      v3.EntityRule     `json:"rule"`
	Namespace string            `json:"namespace"`
}

func main() {
	logrus.SetLevel(logrus.PanicLevel)
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(make([]byte, 1<<20), 1<<28)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for in.Scan() {
		var request Request
		answer := map[string]any{}
		if err := json.Unmarshal(in.Bytes(), &request); err != nil {
			answer["error"] = err.Error()
		} else {
			answer = answered(request)
		}
		answer["id"] = request.ID
		text, err := json.Marshal(answer)
		if err != nil {
			text = []byte(fmt.Sprintf(`{"error":%q}`, err.Error()))
		}
		out.Write(text)
		out.WriteByte('\n')
		out.Flush()
	}
}

// answered does what is asked; a panic of the engine's code is an answer too.
func answered(request Request) (answer map[string]any) {
	defer func() {
		if found := recover(); found != nil {
			answer = map[string]any{"error": fmt.Sprintf("panic: %v", found)}
		}
	}()
	switch request.Op {
	case "version":
		return map[string]any{"engine": "calico", "version": version()}
	case "selector":
		return selectorAnswer(request)
	case "entity":
		request.Selector = updateprocessors.GetEntityRuleSelector(&request.Rule, request.Namespace, "source")
		answer = selectorAnswer(request)
		answer["combined"] = request.Selector
		return answer
	case "accept":
		return accept(request)
	case "convert":
		return convert(request)
	case "verdict":
		return verdict(request)
	}
	return map[string]any{"error": fmt.Sprintf("unknown op %q", request.Op)}
}

func selectorAnswer(request Request) map[string]any {
	parsed, err := selector.Parse(request.Selector)
	if err != nil {
		return map[string]any{"valid": false, "problems": []string{err.Error()}}
	}
	return map[string]any{"valid": true, "matches": parsed.Evaluate(request.Labels), "canonical": parsed.String()}
}

// version is that of the Calico module that this program was built with.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, one := range info.Deps {
			if one.Path == "github.com/projectcalico/calico" {
				return one.Version
			}
		}
	}
	return "unknown"
}
