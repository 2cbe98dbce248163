"""The sig-network policy API: ClusterNetworkPolicy, and AdminNetworkPolicy and its baseline before it (read)."""
