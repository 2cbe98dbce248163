//go:build !cilium118

package main

import (
	"sync"

	"github.com/cilium/cilium/pkg/crypto/certificatemanager"
	"github.com/cilium/cilium/pkg/endpoint/regeneration"
	envoypolicy "github.com/cilium/cilium/pkg/envoy/policy"
	"github.com/cilium/cilium/pkg/identity"
	"github.com/cilium/cilium/pkg/identity/identitymanager"
	ipcache "github.com/cilium/cilium/pkg/ipcache/types"
	"github.com/cilium/cilium/pkg/k8s"
	networking "github.com/cilium/cilium/pkg/k8s/slim/k8s/api/networking/v1"
	"github.com/cilium/cilium/pkg/labels"
	"github.com/cilium/cilium/pkg/option"
	"github.com/cilium/cilium/pkg/policy"
	"github.com/cilium/cilium/pkg/policy/api"
	"github.com/cilium/cilium/pkg/policy/types"
	"github.com/cilium/cilium/pkg/policy/utils"
	ports "github.com/cilium/cilium/pkg/types"
	"github.com/cilium/cilium/pkg/u8proto"
	admin "sigs.k8s.io/network-policy-api/apis/v1alpha2"
)

// The chart sets policy-default-local-cluster from 1.19 on.
const defaultLocalCluster = true

type rules = types.PolicyEntries

func parsed(found api.Rules, err error) (rules, error) {
	if err != nil {
		return nil, err
	}
	return utils.RulesToPolicyEntries(found), nil
}

func parseNetworkPolicy(clusterName string, one *networking.NetworkPolicy) (rules, error) {
	return k8s.ParseNetworkPolicy(logger, clusterName, one)
}

func parseClusterNetworkPolicy(clusterName string, decode func(any) error) (rules, error) {
	one := &admin.ClusterNetworkPolicy{}
	if err := decode(one); err != nil {
		return nil, err
	}
	return k8s.ParseClusterNetworkPolicy(logger, clusterName, one)
}

func setAllowLocalhost(mode string) { option.Config.UnsafeDaemonConfigOption.AllowLocalhost = mode }

func setExtendedProtocols(enabled bool) { option.Config.EnableExtendedIPProtocols = enabled }

// engine is the policy repository with everything that takes part.
type engine struct {
	repository *policy.Repository
	named      ports.NamedPortMultiMap
}

func (e *engine) GetNamedPorts() ports.NamedPortMultiMap { return e.named }

func newEngine(ids identity.IdentityMap, named map[identity.NumericIdentity]ports.NamedPortMap) *engine {
	translator := envoypolicy.NewEnvoyL7RulesTranslator(logger, certificatemanager.NewMockSecretManagerInline())
	manager := identitymanager.NewIDManager(logger)
	repository := policy.NewPolicyRepository(logger, ids, nil, translator, manager, nil)
	var wait sync.WaitGroup
	repository.GetSubjectSelectorCache().UpdateIdentities(ids, nil, &wait)
	wait.Wait()
	all := ports.NewNamedPortMultiMap()
	for id, one := range named {
		all.Update(id, nil, one)
	}
	made := &engine{repository: repository, named: all}
	repository.SetNamedPortsGetter(made)
	return made
}

func (e *engine) load(found rules, resource ipcache.ResourceID) {
	e.repository.ReplaceByResource(found, resource)
}

// distilled is the map that the datapath of one endpoint would get.
func (e *engine) distilled(subject *identity.Identity, own *owner) (*policy.EndpointPolicy, error) {
	selected, _, err := e.repository.ComputeSelectorPolicy(subject)
	if err != nil {
		return nil, err
	}
	made := selected.DistillPolicy(logger, own, map[string]uint16{policy.FallbackRedirectID: 65535})
	made.Ready()
	made.Detach(logger)
	selected.Supersede()
	return made, nil
}

func (o *owner) GetIngressNamedPort(name string, proto u8proto.U8proto) uint16 {
	return o.declared(name, proto)
}

func (o *owner) PreviousMapState() *policy.MapState { return nil }

func (o *owner) RegenerateIfAlive(*regeneration.ExternalRegenerationMetadata) <-chan bool {
	done := make(chan bool)
	close(done)
	return done
}

// groupLabel is a label of a CIDR group on its addresses: as it is, and encoded, which is what selectors ask for.
func groupLabel(key, value string) []string {
	encoded := labels.EncodedCIDRGroupLabel(key, value, labels.LabelSourceCIDRGroup)
	return []string{labels.LabelSourceCIDRGroup + ":" + key + "=" + value, encoded.String()}
}
