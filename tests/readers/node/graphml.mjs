// Reads a GraphML file with graphology-graphml (over the DOM of jsdom), and prints what it found.
import { readFileSync } from 'node:fs';
import Graph from 'graphology';
import { JSDOM } from 'jsdom';
import createParser from 'graphology-graphml/common/parser.js';
import { listed, print } from './print.mjs';

const { window } = new JSDOM();
const parse = createParser(window.DOMParser, window.Document);
print(listed(parse(Graph, readFileSync(process.argv[2], 'utf8'))));
