"""A study's results for others: a Workflow Run RO-Crate and W3C PROV, both made of the manifests alone."""
