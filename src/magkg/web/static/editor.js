// The SPARQL editor: YASGUI with this site's endpoint, its prefixes and its own table of answers.
"use strict";
(() => {
  const root = document.getElementById("yasgui");
  const library = window.Yasgui && (window.Yasgui.default || window.Yasgui);
  if (!root || !library) return;
  const data = JSON.parse(document.getElementById("editor-data").textContent);
  const plain = document.getElementById("plain");
  const area = document.getElementById("query-text");
  const endpoint = `${location.origin}/sparql`;
  // Longer addresses are refused by servers on the way; a fragment is never sent.
  const LONGEST = 6000;
  const SHOWN = 200;
  const { Yasqe, Yasr } = library;

  const make = (name, text, properties) => {
    const made = Object.assign(document.createElement(name), properties || {});
    if (text !== undefined) made.textContent = text;
    return made;
  };

  // Where the page about an IRI is: the same as magkg.web.pages.links, which /resource leads to.
  const page = (iri) => `/resource?iri=${encodeURIComponent(iri)}`;
  const spaces = Object.entries(data.prefixes).sort((one, other) => other[1].length - one[1].length);
  const short = (iri) => {
    const found = spaces.find(([, space]) => iri.startsWith(space));
    return found ? `${found[0]}:${iri.slice(found[1].length)}` : iri;
  };

  // Terms become text nodes; the table of YASGUI writes them as HTML and links out.
  const cell = (term) => {
    const made = make("td");
    if (!term) return made;
    if (term.type === "uri") {
      const link = make("a", undefined, { href: page(term.value), className: "id" });
      link.append(make("bdi", visible(short(term.value))));
      made.append(link);
    } else if (term.type === "bnode") {
      made.append(make("span", `_:${term.value}`, { className: "id" }));
    } else {
      const said = make("bdi", visible(term.value));
      if (term["xml:lang"]) said.lang = term["xml:lang"];
      if (/#(integer|decimal|double|float|int|long)$/.test(term.datatype || "")) made.className = "n";
      made.append(said);
    }
    return made;
  };

  class Answer {
    constructor(yasr) {
      this.yasr = yasr;
      this.label = "Table";
      this.priority = 20;
    }
    canHandleResults() {
      // The answer to an ASK has no variables, and a fault has no JSON.
      return Boolean(this.yasr.results?.getAsJson()?.head?.vars?.length);
    }
    getIcon() {
      return null;
    }
    draw() {
      const names = this.yasr.results.getVariables();
      const rows = this.yasr.results.getBindings() || [];
      const more = rows.length > SHOWN ? `, of which the first ${SHOWN} are shown` : "";
      const count = make("p", `${rows.length.toLocaleString("en")} row${rows.length === 1 ? "" : "s"}${more}.`);
      count.setAttribute("role", "status");
      const table = make("table", undefined, { className: "answer" });
      const head = table.createTHead().insertRow();
      for (const name of names) head.append(make("th", name, { scope: "col" }));
      const body = table.createTBody();
      for (const row of rows.slice(0, SHOWN)) body.insertRow().append(...names.map((name) => cell(row[name])));
      const around = make("div", undefined, { className: "scroll", tabIndex: 0 });
      around.setAttribute("role", "region");
      around.setAttribute("aria-label", "Answer");
      around.append(table);
      this.yasr.resultsEl.append(count, around);
    }
  }

  // A problem document (RFC 9457) as its detail and what to do.
  const explain = async (error) => {
    const made = make("div", undefined, { className: "notice bad" });
    made.setAttribute("role", "alert");
    let told = { detail: error.text || "No answer came.", hint: "" };
    try {
      told = { ...told, ...JSON.parse(error.text) };
    } catch {
      if (!error.status) told.hint = "Is the server still running?";
    }
    const detail = String(told.detail);
    made.append(make(detail.includes("\n") ? "pre" : "p", detail));
    if (told.hint) made.append(make("p", String(told.hint)));
    if (error.status) made.append(make("p", `Status ${error.status}`, { className: "note" }));
    return made;
  };

  const prefixes = Object.entries(data.prefixes).map(([name, space]) => `${name}: <${space}>`).sort();
  Yasqe.forkAutocompleter("prefixes", { name: "prefixes", get: async () => prefixes, persistenceId: undefined });
  Yasqe.defaults.autocompleters = ["variables", "prefixes"];
  delete Yasr.plugins.table;
  delete Yasr.defaults.plugins.table;
  Yasr.registerPlugin("answer", Answer);
  Yasr.defaults.defaultPlugin = "answer";
  Yasr.defaults.pluginOrder = ["answer", "response"];
  Yasr.defaults.errorRenderers = [explain];
  Yasr.defaults.prefixes = data.prefixes;
  // An old tab of this browser may hold another endpoint, or none.
  const request = { endpoint, method: "POST", headers: {}, args: [], defaultGraphs: [], namedGraphs: [] };

  root.hidden = false;
  plain.hidden = true;
  const yasgui = new library(root, {
    autofocus: false,
    copyEndpointOnNewTab: false,
    endpointCatalogueOptions: { getData: () => [], keys: [] },
    persistenceId: "magkg",
    populateFromUrl: false,
    requestConfig: request,
    yasqe: { value: data.query },
  });
  const current = () => yasgui.getTab();
  // CodeMirror types into a field of its own, which has no label; a list of tabs may hold tabs only.
  const labelled = () => {
    for (const field of root.querySelectorAll(".CodeMirror textarea")) {
      field.setAttribute("aria-label", field.closest(".yasqe") ? "Query" : "Response");
    }
    const more = root.querySelector("[role=tablist] .addTab");
    more?.setAttribute("role", "tab");
    more?.setAttribute("aria-selected", "false");
  };
  const text = () => (root.hidden ? area.value : current().getYasqe().getValue());

  const permalink = (query) => {
    const made = `/sparql?${new URLSearchParams({ query })}`;
    return made.length < LONGEST ? made : `/sparql#${new URLSearchParams({ query })}`;
  };
  const shell = (said) => `'${said.replaceAll("'", "'\\''")}'`;
  const inPython = (said) => (/\\|"""|"$/.test(said) ? JSON.stringify(said) : `"""${said}"""`);
  const refresh = () => {
    labelled();
    const query = text();
    const triples = /^\s*(?:(?:#.*|(?:base|prefix)\b[^>]*>)\s*)*(construct|describe)\b/i.test(query);
    const form = triples ? "turtle" : "csv";
    document.getElementById("permalink").href = permalink(query);
    for (const each of document.querySelectorAll("#tools [data-format]")) {
      each.hidden = triples && each.dataset.format !== "json";
      const format = triples ? "jsonld" : each.dataset.format;
      each.href = `/sparql?${new URLSearchParams({ query, format })}`;
    }
    const accept = triples ? "text/turtle" : "text/csv";
    const said = {
      "as-curl": `curl -fsS ${shell(endpoint)} -H ${shell(`Accept: ${accept}`)} \\\n  --data-urlencode ${shell(`query=${query}`)}\n`,
      "as-python": `from SPARQLWrapper import ${triples ? "TURTLE" : "JSON"}, SPARQLWrapper\n\nendpoint = SPARQLWrapper(${JSON.stringify(endpoint)})\nendpoint.setMethod("POST")\nendpoint.setReturnFormat(${triples ? "TURTLE" : "JSON"})\nendpoint.setQuery(${inPython(query)})\nprint(endpoint.query().convert())\n`,
      "as-r": `query <- ${JSON.stringify(query)}\nurl <- paste0(${JSON.stringify(`${endpoint}?format=${form}&query=`)}, URLencode(query, reserved = TRUE))\nanswer <- ${triples ? "readLines" : "read.csv"}(url)\n`,
    };
    for (const [id, value] of Object.entries(said)) document.getElementById(id).textContent = value;
  };

  const load = (query, name) => {
    const held = Object.values(yasgui._tabs).find((tab) => tab.getYasqe && tab.getYasqe()?.getValue() === query);
    if (held) yasgui.selectTabId(held.getId());
    else yasgui.addTab(true, { name: yasgui.createTabName(name), requestConfig: request, yasqe: { value: query } });
    if (!held) yasgui.selectTabId(current().getId());
    area.value = query;
    refresh();
  };

  yasgui.on("queryBefore", (_, tab) => {
    tab.setEndpoint(endpoint);
    document.getElementById("served")?.remove();
    document.getElementById("problem")?.remove();
    refresh();
  });
  for (const each of ["tabSelect", "tabChange"]) yasgui.on(each, refresh);
  root.addEventListener("keyup", refresh);
  area.addEventListener("input", refresh);

  // A query of the address is shown, never asked: the server has answered it, or the reader will.
  const fragment = new URLSearchParams(location.hash.slice(1)).get("query");
  if (fragment) load(fragment, "Linked");
  else if (data.given) load(data.query, "Linked");

  for (const link of document.querySelectorAll("[data-example]")) {
    link.addEventListener("click", async (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      const answer = await fetch(`/sparql.json?example=${encodeURIComponent(link.dataset.example)}`);
      if (!answer.ok) return location.assign(link.href);
      load((await answer.json()).query, link.dataset.example);
      document.getElementById("said").textContent = `Loaded ${link.dataset.example}.`;
      return undefined;
    });
  }
  document.getElementById("toggle").addEventListener("click", (event) => {
    const query = text();
    root.hidden = !root.hidden;
    plain.hidden = !root.hidden;
    if (root.hidden) area.value = query;
    else current().getYasqe().setValue(query);
    event.target.setAttribute("aria-pressed", String(root.hidden));
  });
  document.getElementById("tools").hidden = false;
  document.getElementById("served-elsewhere")?.remove();
  document.getElementById("elsewhere").hidden = false;
  refresh();
})();
