"""Cilium 1.16 to 1.20: CiliumNetworkPolicy, CiliumClusterwideNetworkPolicy, CiliumCIDRGroup."""
