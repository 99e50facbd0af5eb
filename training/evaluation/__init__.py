"""How good a network is, beside simpler methods: held-out motion on known bodies from known views, so that every answer
has a truth.
"""
