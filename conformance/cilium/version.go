package main

import "runtime/debug"

// version is that of the Cilium module that this program was built with.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if ok {
		for _, one := range info.Deps {
			if one.Path == "github.com/cilium/cilium" {
				return one.Version
			}
		}
	}
	return "unknown"
}
