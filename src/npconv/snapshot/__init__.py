"""A cluster -> plain files, through `kubectl`, read-only. The only part of npconv that talks to a cluster."""
