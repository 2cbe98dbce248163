"""What a cluster looks like: namespaces, pods, services, accounts and nodes, as kubectl prints them. No policy."""
