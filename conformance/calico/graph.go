package main

import (
	"github.com/projectcalico/calico/felix/calc"
	"github.com/projectcalico/calico/felix/config"
	"github.com/projectcalico/calico/felix/proto"
	"github.com/projectcalico/calico/libcalico-go/lib/backend/api"
	"github.com/projectcalico/calico/libcalico-go/lib/backend/model"
)

// computed is what Felix's calculation graph gives to the dataplane.
type computed struct {
	policies  map[string]*proto.Policy
	profiles  map[string]*proto.Profile
	sets      map[string]*proto.IPSetUpdate
	workloads map[string]*proto.WorkloadEndpoint
	hosts     map[string]*proto.HostEndpoint
}

// calculate runs the graph over everything that there is. Felix's own validation drops policies that it refuses;
// without it, they are taken as they are.
func calculate(pairs []model.KVPair, unvalidated bool) *computed {
	found := &computed{
		policies:  map[string]*proto.Policy{},
		profiles:  map[string]*proto.Profile{},
		sets:      map[string]*proto.IPSetUpdate{},
		workloads: map[string]*proto.WorkloadEndpoint{},
		hosts:     map[string]*proto.HostEndpoint{},
	}
	settings := config.New()
	settings.FelixHostname = hostname
	sequencer := calc.NewEventSequencer(settings)
	sequencer.Callback = found.take
	graph := calc.NewCalculationGraph(sequencer, settings, func() {})
	var filter api.SyncerCallbacks = calc.NewValidationFilter(graph.AllUpdDispatcher, settings)
	if unvalidated {
		filter = graph.AllUpdDispatcher
	}
	updates := []api.Update{}
	for _, one := range pairs {
		updates = append(updates, api.Update{KVPair: one, UpdateType: api.UpdateTypeKVNew})
	}
	filter.OnUpdates(updates)
	filter.OnStatusUpdated(api.InSync)
	graph.Flush()
	sequencer.Flush()
	return found
}

func (c *computed) take(message any) {
	switch one := message.(type) {
	case *proto.ActivePolicyUpdate:
		c.policies[one.Id.Name] = one.Policy
	case *proto.ActiveProfileUpdate:
		c.profiles[one.Id.Name] = one.Profile
	case *proto.IPSetUpdate:
		c.sets[one.Id] = one
	case *proto.IPSetDeltaUpdate:
		if set := c.sets[one.Id]; set != nil {
			set.Members = append(set.Members, one.AddedMembers...)
		}
	case *proto.WorkloadEndpointUpdate:
		c.workloads[one.Id.WorkloadId] = one.Endpoint
	case *proto.HostEndpointUpdate:
		c.hosts[one.Id.EndpointId] = one.Endpoint
	}
}
