"""`hyperphysics study`: a module for each kind of study."""
