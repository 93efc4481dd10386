"""Mathematics of siting: arrays in, decisions out."""
