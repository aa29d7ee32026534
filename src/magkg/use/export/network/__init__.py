"""Networks: one view of a subgraph as a file for the tools that draw and measure."""
