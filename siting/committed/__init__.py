"""An annual plan read back: what earlier years have committed, and what the planner has edited."""
