"""How a model is trained: phases and their exact resume, features of frozen networks, several processes."""
