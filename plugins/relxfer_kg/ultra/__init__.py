"""The ULTRA architecture: network, learner, exact locality, published weights, and the pre-trained model that ships.

Everything that is ULTRA's alone is here; a further architecture is a package beside this one.
"""
