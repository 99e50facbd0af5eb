"""Gap filling: where a joint is while it is not seen."""
