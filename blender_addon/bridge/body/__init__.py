"""The body in motion, for rigs, figures and drawings: frames, contacts, rotations, overlap. Arrays alone."""
