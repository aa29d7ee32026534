// Prints a value as JSON; standard output takes a long text in pieces.
import { writeSync } from 'node:fs';

export function print(value) {
  let bytes = Buffer.from(JSON.stringify(value));
  while (bytes.length > 0) {
    try {
      bytes = bytes.subarray(writeSync(1, bytes));
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error;
    }
  }
}

// A graphology graph as plain lists.
export function listed(graph) {
  return {
    graph: graph.getAttributes(),
    nodes: graph.mapNodes((id, held) => [id, held]),
    edges: graph.mapEdges((key, held, source, target) => [source, target, key, held]),
  };
}
