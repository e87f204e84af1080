"""The command `hyperphysics`: a module for each of its commands, `shared` for what they share."""
