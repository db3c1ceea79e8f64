"""GRPO stages: data order, rewards, rollouts, resumable state, the training log."""
