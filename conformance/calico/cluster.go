package main

import (
	"fmt"
	"strings"

	"github.com/google/uuid"
	core "k8s.io/api/core/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/projectcalico/calico/libcalico-go/lib/backend/k8s/conversion"
	"github.com/projectcalico/calico/libcalico-go/lib/backend/model"
	"github.com/projectcalico/calico/libcalico-go/lib/backend/syncersv1/updateprocessors"
	"github.com/projectcalico/calico/libcalico-go/lib/backend/watchersyncer"
)

// Cluster is what is there: namespaces with labels, and everything that can be at an end of a flow.
type Cluster struct {
	Namespaces map[string]map[string]string `json:"namespaces"`
	Endpoints  []Endpoint                   `json:"endpoints"`
}

// Endpoint is one end of flows.
type Endpoint struct {
	Name                 string            `json:"name"`
	Kind                 string            `json:"kind"`
	Namespace            string            `json:"namespace"`
	Labels               map[string]string `json:"labels"`
	ServiceAccount       string            `json:"serviceAccount"`
	ServiceAccountLabels map[string]string `json:"serviceAccountLabels"`
	IPs                  []string          `json:"ips"`
	Ports                []Port            `json:"ports"`
}

// Port is a port that an endpoint declares by name.
type Port struct {
	Name     string `json:"name"`
	Protocol string `json:"protocol"`
	Port     int32  `json:"port"`
}

// hostname is that of the one Felix: all pods are local to it, so that it computes the policies of all.
const hostname = "h"

func uid(of string) types.UID {
	return types.UID(uuid.NewSHA1(uuid.NameSpaceDNS, []byte(of)).String())
}

// pairs are the objects of the cluster as the syncer gives them to Felix, made by Calico's own conversion of
// namespaces, service accounts and pods. The second result is the workload that each endpoint became.
func (c Cluster) pairs() ([]model.KVPair, map[string]string, error) {
	var found []model.KVPair
	converter := conversion.NewConverter()
	profiles := updateprocessors.NewProfileUpdateProcessor()
	add := func(pair *model.KVPair, into watchersyncer.SyncerUpdateProcessor) error {
		made, err := into.Process(pair)
		for _, one := range made {
			found = append(found, *one)
		}
		return err
	}
	for name, labels := range c.namespaces() {
		namespace := &core.Namespace{ObjectMeta: meta.ObjectMeta{Name: name, Labels: labels, UID: uid("ns " + name)}}
		pair, err := converter.NamespaceToProfile(namespace)
		if err == nil {
			err = add(pair, profiles)
		}
		if err != nil {
			return nil, nil, err
		}
	}
	accounts, workloads := map[string]bool{}, map[string]string{}
	for index, one := range c.Endpoints {
		if one.Kind != "pod" {
			continue
		}
		account := one.Namespace + "/" + one.ServiceAccount
		if one.ServiceAccount != "" && !accounts[account] {
			accounts[account] = true
			pair, err := converter.ServiceAccountToProfile(&core.ServiceAccount{ObjectMeta: meta.ObjectMeta{
				Name: one.ServiceAccount, Namespace: one.Namespace, Labels: one.ServiceAccountLabels, UID: uid("sa " + account),
			}})
			if err == nil {
				err = add(pair, profiles)
			}
			if err != nil {
				return nil, nil, err
			}
		}
		pod := one.pod(fmt.Sprintf("p%d", index))
		made, err := converter.PodToWorkloadEndpoints(pod)
		if err != nil {
			return nil, nil, err
		}
		for _, pair := range made {
			if err := add(pair, updateprocessors.NewWorkloadEndpointUpdateProcessor()); err != nil {
				return nil, nil, err
			}
		}
		workloads[one.Name] = one.Namespace + "/" + pod.Name
	}
	return found, workloads, nil
}

func (c Cluster) namespaces() map[string]map[string]string {
	all := map[string]map[string]string{}
	with := func(name string, labels map[string]string) {
		made := map[string]string{"kubernetes.io/metadata.name": name}
		for key, value := range labels {
			made[key] = value
		}
		all[name] = made
	}
	for name, labels := range c.Namespaces {
		with(name, labels)
	}
	for _, one := range c.Endpoints {
		if _, has := all[one.Namespace]; !has && one.Kind == "pod" {
			with(one.Namespace, nil)
		}
	}
	return all
}

func (e Endpoint) pod(name string) *core.Pod {
	pod := &core.Pod{
		ObjectMeta: meta.ObjectMeta{Name: name, Namespace: e.Namespace, Labels: e.Labels, UID: uid("pod " + e.Name)},
		Spec:       core.PodSpec{NodeName: hostname, ServiceAccountName: e.ServiceAccount, Containers: []core.Container{{}}},
		Status:     core.PodStatus{Phase: core.PodRunning},
	}
	for _, one := range e.IPs {
		pod.Status.PodIPs = append(pod.Status.PodIPs, core.PodIP{IP: one})
	}
	if len(e.IPs) > 0 {
		pod.Status.PodIP = e.IPs[0]
	}
	for _, one := range e.Ports {
		pod.Spec.Containers[0].Ports = append(pod.Spec.Containers[0].Ports, core.ContainerPort{
			Name: one.Name, ContainerPort: one.Port, Protocol: core.Protocol(strings.ToUpper(one.Protocol)),
		})
	}
	return pod
}
