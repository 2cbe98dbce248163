//go:build cilium118

package main

import (
	"errors"

	"github.com/cilium/cilium/pkg/crypto/certificatemanager"
	"github.com/cilium/cilium/pkg/endpoint/regeneration"
	envoypolicy "github.com/cilium/cilium/pkg/envoy/policy"
	"github.com/cilium/cilium/pkg/fqdn/re"
	"github.com/cilium/cilium/pkg/identity"
	"github.com/cilium/cilium/pkg/identity/identitymanager"
	ipcache "github.com/cilium/cilium/pkg/ipcache/types"
	"github.com/cilium/cilium/pkg/k8s"
	networking "github.com/cilium/cilium/pkg/k8s/slim/k8s/api/networking/v1"
	"github.com/cilium/cilium/pkg/option"
	"github.com/cilium/cilium/pkg/policy"
	"github.com/cilium/cilium/pkg/policy/api"
	"github.com/cilium/cilium/pkg/spanstat"
	ports "github.com/cilium/cilium/pkg/types"
	"github.com/cilium/cilium/pkg/u8proto"
)

// Before 1.19 policy-default-local-cluster is off.
const defaultLocalCluster = false

type rules = api.Rules

func parsed(found api.Rules, err error) (rules, error) { return found, err }

func parseNetworkPolicy(clusterName string, one *networking.NetworkPolicy) (rules, error) {
	return k8s.ParseNetworkPolicy(logger, clusterName, one)
}

func parseClusterNetworkPolicy(string, func(any) error) (rules, error) {
	return nil, errors.New("Cilium 1.18 knows no ClusterNetworkPolicy")
}

func setAllowLocalhost(mode string) { option.Config.AllowLocalhost = mode }

// engine is the policy repository with everything that takes part.
type engine struct {
	repository *policy.Repository
	identities identitymanager.IDManager
	named      ports.NamedPortMultiMap
}

func newEngine(ids identity.IdentityMap, named map[identity.NumericIdentity]ports.NamedPortMap) *engine {
	translator := envoypolicy.NewEnvoyL7RulesTranslator(logger, certificatemanager.NewMockSecretManagerInline())
	manager := identitymanager.NewIDManager(logger)
	repository := policy.NewPolicyRepository(logger, ids, nil, translator, manager, noMetrics{})
	repository.GetSelectorCache().SetLocalIdentityNotifier(noNames{})
	all := ports.NewNamedPortMultiMap()
	for _, one := range named {
		all.Update(nil, one)
	}
	return &engine{repository: repository, identities: manager, named: all}
}

func (e *engine) load(found rules, resource ipcache.ResourceID) {
	e.repository.ReplaceByResource(found, resource)
}

// distilled is the map that the datapath of one endpoint would get.
func (e *engine) distilled(subject *identity.Identity, own *owner) (*policy.EndpointPolicy, error) {
	own.named = e.named
	e.identities.Add(subject)
	defer e.identities.Remove(subject)
	selected, _, err := e.repository.GetSelectorPolicy(subject, 0, &statistics{}, own.GetID())
	if err != nil {
		return nil, err
	}
	made := selected.DistillPolicy(logger, own, redirects(selected, own))
	made.Ready()
	made.Detach(logger)
	return made, nil
}

// redirects gives every L7 filter a proxy port, as pkg/endpoint/bpf.go does: without one, its entry is left out.
func redirects(selected policy.SelectorPolicy, own *owner) map[string]uint16 {
	found := map[string]uint16{}
	for filter, tuple := range selected.RedirectFilters() {
		number := filter.Port
		if number == 0 && filter.PortName != "" {
			number = own.GetNamedPort(filter.Ingress, filter.PortName, filter.U8Proto)
		}
		id := policy.ProxyID(uint16(own.id), filter.Ingress, string(filter.Protocol), number, tuple.Policy.GetListener())
		found[id] = 65535
	}
	return found
}

func setExtendedProtocols(bool) {}

// GetNamedPort is as pkg/endpoint/policy.go has it: on egress the one number that all pods mean by a name, or none.
func (o *owner) GetNamedPort(ingress bool, name string, proto u8proto.U8proto) uint16 {
	if ingress {
		return o.declared(name, proto)
	}
	number, err := o.named.(ports.NamedPortMultiMap).GetNamedPort(name, proto)
	if err != nil {
		return 0
	}
	return number
}

func (o *owner) MapStateSize() int { return 0 }

func (o *owner) RegenerateIfAlive(*regeneration.ExternalRegenerationMetadata) <-chan bool {
	done := make(chan bool)
	close(done)
	return done
}

type noMetrics struct{}

func (noMetrics) AddRule(api.Rule) {}
func (noMetrics) DelRule(api.Rule) {}

// noNames is told of FQDN selectors and learns no addresses for them.
type noNames struct{}

func (noNames) RegisterFQDNSelector(api.FQDNSelector) uint64   { return 0 }
func (noNames) UnregisterFQDNSelector(api.FQDNSelector) uint64 { return 0 }

// Regular expressions of FQDN rules are compiled through a cache that the agent sets up.
func init() { _ = re.InitRegexCompileLRU(logger, 1024) }

type statistics struct{ waiting, calculation spanstat.SpanStat }

func (s *statistics) WaitingForPolicyRepository() *spanstat.SpanStat { return &s.waiting }
func (s *statistics) SelectorPolicyCalculation() *spanstat.SpanStat  { return &s.calculation }

// groupLabel is a label of a CIDR group on its addresses.
func groupLabel(key, value string) []string {
	return []string{"cidrgroup:" + key + "=" + value}
}
