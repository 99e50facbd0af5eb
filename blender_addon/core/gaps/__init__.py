"""Gap filling: where a joint is while it is not seen. NumPy and SciPy only.

`filled_clip.fill_gaps` does all of it: `standing_body` puts a body below the picture, `interpolation` bridges a gap by a
curve in time, `joint_covariance` moves hidden joints off the curve as the visible ones leave theirs,
`same_clip_regression` predicts them from similar poses elsewhere in the clip. `merge_observed` then joins what was
observed, what was filled and what the network predicted.
"""
