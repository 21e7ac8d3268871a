"""The ULTRA architecture: network, model, published weights, and the pre-trained model that ships."""
