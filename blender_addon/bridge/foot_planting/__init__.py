"""How feet stand: when, where, and how legs of any length reach. Arrays alone, for rigs and figures."""
