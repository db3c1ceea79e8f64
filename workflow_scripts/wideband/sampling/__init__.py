"""Engines behind one interface: prompts in, rollouts out."""
