// Expand a JSON-LD file and write its N-Quads: node jsonld_to_nquads.mjs IN OUT. No context is fetched.
import fs from 'node:fs';
import jsonld from 'jsonld';

const [source, target] = process.argv.slice(2);
const documentLoader = (url) => {
  throw new Error(`the document names a remote context: ${url}`);
};
const document = JSON.parse(fs.readFileSync(source, 'utf8'));
const quads = await jsonld.toRDF(document, { format: 'application/n-quads', documentLoader });
fs.writeFileSync(target, quads);
