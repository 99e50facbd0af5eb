"""What rigs, figures and drawings share of a body in motion: its frames, its contacts, its rotations. Arrays alone."""
