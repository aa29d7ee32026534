"""What other knowledge graphs read: KGX with Biolink, VA-Spec, nanopublications."""
