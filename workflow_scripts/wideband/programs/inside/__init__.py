"""What runs inside sandboxes: the standard library alone, and nothing of the rest of the package."""
