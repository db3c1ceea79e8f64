"""Where results come from: digests, specs, manifests, the ledger, and the locks around them."""
