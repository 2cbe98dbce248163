// Command cilium is the referee for Cilium: it answers JSON lines with what Cilium's own code says of policies and flows.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
)

// Request is one line of the input; which fields count depends on the operation.
type Request struct {
	ID         any               `json:"id"`
	Op         string            `json:"op"`
	Document   json.RawMessage   `json:"document"`
	Documents  []json.RawMessage `json:"documents"`
	Cluster    *Cluster          `json:"cluster"`
	Identities []Identity        `json:"identities"`
	Options    Options           `json:"options"`
	Flows      []Flow            `json:"flows"`
}

func main() {
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
		return map[string]any{"engine": "cilium", "version": version()}
	case "accept":
		return accept(request)
	case "verdict":
		return verdict(request)
	}
	return map[string]any{"error": fmt.Sprintf("unknown op %q", request.Op)}
}
