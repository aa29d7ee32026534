// Reads Cytoscape JSON with Cytoscape.js (without a display), and prints what it found.
import { readFileSync } from 'node:fs';
import cytoscape from 'cytoscape';
import { print } from './print.mjs';

const read = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const cy = cytoscape({ headless: true, elements: read.elements, data: read.data });
print({
  graph: cy.data(),
  nodes: cy.nodes().map((node) => [node.id(), node.data()]),
  edges: cy.edges().map((edge) => [edge.source().id(), edge.target().id(), edge.id(), edge.data()]),
});
