"""Azure NPM: Kubernetes NetworkPolicies, with limits of its own and some mistakes (facts/azure_npm.md)."""
