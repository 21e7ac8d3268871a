"""Training: phases that resume exactly, cached features of frozen networks, and training by several processes."""
