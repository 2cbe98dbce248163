"""What is known of the cluster around some policies: its objects, addresses, engines, and what was not read of it."""
