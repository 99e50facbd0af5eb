"""Everybody in a video: find people, estimate their joints, follow each."""
