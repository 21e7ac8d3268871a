"""The TRIX architecture: network, learner, published weights; for entities asked for, and for relations asked for.

Everything that is TRIX's alone is here.
"""
