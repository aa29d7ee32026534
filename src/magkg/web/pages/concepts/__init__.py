"""The pages of concepts, of the vocabulary, and of whatever an IRI names."""
