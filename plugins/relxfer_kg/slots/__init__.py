"""How likely it is that an entity has a relation at all: which slots of relations entities fill."""
