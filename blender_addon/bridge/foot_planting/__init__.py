"""Foot planting for rigs and drawn figures: contact spans, leg IK, hip compensation. Arrays alone."""
