"""Models: bases, LoRA adapters, and how both are loaded, trained and stored."""
