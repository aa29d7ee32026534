// Reads a GEXF file with graphology-gexf, and prints what it found.
import { readFileSync } from 'node:fs';
import Graph from 'graphology';
import gexf from 'graphology-gexf';
import { listed, print } from './print.mjs';

print(listed(gexf.parse(Graph, readFileSync(process.argv[2], 'utf8'))));
