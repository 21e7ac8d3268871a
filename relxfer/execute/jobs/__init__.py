"""The jobs of a run: what they are, how they are done, and the stream in which an executor gets them."""
