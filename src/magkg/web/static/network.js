// The graph view: Cytoscape draws what the page lists; a click or Enter fetches what is around a node.
"use strict";
(() => {
  const holder = document.getElementById("network-data");
  const box = document.getElementById("canvas");
  if (!holder || !box || !window.cytoscape) return;
  const data = JSON.parse(holder.textContent);
  const said = document.getElementById("said");
  document.getElementById("graph").hidden = false;

  // By the rank of the evidence, none to high; what is not rated is thinnest.
  const WIDTHS = [1, 2, 3.5, 5, 7];
  const SHAPES = { concept: "round-rectangle", claim: "rectangle", study: "ellipse", source: "tag", citation: "diamond" };
  const LINES = {
    for: { "line-style": "solid", "target-arrow-shape": "triangle" },
    against: { "line-style": "dashed", "line-dash-pattern": [7, 4], "target-arrow-shape": "tee" },
    equal: { "line-style": "solid", "target-arrow-shape": "square", "target-arrow-fill": "hollow" },
    open: { "line-style": "dotted", "target-arrow-shape": "circle", "target-arrow-fill": "hollow" },
    plain: { "line-style": "solid", "target-arrow-shape": "vee" },
  };
  const cut = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
  const shownNode = (each) => ({
    group: "nodes",
    data: { ...each, shape: SHAPES[each.kind] || "ellipse", words: cut(`${each.sign ? `${each.sign} ` : ""}${visible(each.label)}`, 90) },
  });
  const shownEdge = (each) => ({
    group: "edges",
    data: {
      ...each,
      width: each.rank === null ? 0.7 : WIDTHS[each.rank],
      words: `${each.contested ? "◆ " : ""}${cut(visible(each.label), 60)}`,
    },
  });

  const style = () => {
    const read = getComputedStyle(document.documentElement);
    const colour = (name) => read.getPropertyValue(name).trim();
    const [ink, paper, panel, accent, muted] = ["--ink", "--paper", "--panel", "--accent", "--muted"].map(colour);
    const words = document.getElementById("words").checked;
    return [
      {
        selector: "node",
        style: {
          label: "data(words)", shape: "data(shape)", "background-color": panel, "border-color": ink, "border-width": 1,
          color: ink, "font-size": 11, "font-family": "sans-serif", "text-wrap": "wrap", "text-max-width": 118,
          "text-valign": "center", "text-halign": "center", width: 130, height: 46,
        },
      },
      { selector: 'node[kind = "claim"]', style: { width: 170, height: 78, "text-max-width": 158, "font-size": 10 } },
      { selector: 'node[kind = "claim"][way = "against"]', style: { "border-style": "dashed", "border-width": 2 } },
      { selector: 'node[kind = "claim"][way = "open"]', style: { "border-style": "dotted", "border-width": 2 } },
      { selector: 'node[kind = "study"], node[kind = "source"]', style: { width: 150, height: 60 } },
      { selector: "node.centre", style: { "border-width": 4 } },
      { selector: "node:selected", style: { "border-color": accent, "border-width": 4 } },
      {
        selector: "edge",
        style: {
          width: "data(width)", "curve-style": "bezier", "control-point-step-size": 46, "line-color": ink,
          "target-arrow-color": ink, "arrow-scale": 1.1, label: words ? "data(words)" : "", color: ink, "font-size": 9,
          "font-family": "sans-serif", "text-background-color": paper, "text-background-opacity": 0.85,
          "text-background-padding": 2, "text-rotation": "autorotate", "text-wrap": "ellipsis", "text-max-width": 150,
        },
      },
      ...Object.entries(LINES).map(([way, drawn]) => ({ selector: `edge[way = "${way}"]`, style: drawn })),
      { selector: 'edge[way = "plain"]', style: { "line-color": muted, "target-arrow-color": muted } },
      { selector: "edge:selected", style: { "line-color": accent, "target-arrow-color": accent } },
    ];
  };

  const cy = window.cytoscape({
    container: box,
    elements: [...data.nodes.map(shownNode), ...data.edges.map(shownEdge)],
    style: style(),
    layout: { name: "preset" },
    minZoom: 0.1,
    maxZoom: 3,
  });
  // Forces give a round picture; it is stretched to the shape of the canvas, which parts labels too.
  const lay = () => {
    cy.layout({ name: "circle", animate: false, fit: false }).run();
    cy.layout({
      name: "cose", animate: false, randomize: false, fit: false, numIter: 600, nodeDimensionsIncludeLabels: true,
      nodeRepulsion: () => 60000, idealEdgeLength: () => 130, nodeOverlap: 24, componentSpacing: 60, gravity: 0.4,
    }).run();
    const held = cy.nodes().boundingBox();
    const ratio = cy.width() / cy.height() / (held.w / held.h);
    const [x, y] = [Math.max(ratio, 1), Math.max(1 / ratio, 1)];
    cy.nodes().positions((node) => ({ x: node.position("x") * x, y: node.position("y") * y }));
    cy.fit(undefined, 20);
  };
  const mark = () => cy.getElementById(data.centre).addClass("centre");
  lay();
  mark();

  // The list beside the canvas holds what the canvas shows.
  const cell = (row, ...held) => row.insertCell().append(...held);
  const link = (url, text) => {
    const made = Object.assign(document.createElement("a"), { href: url });
    made.append(Object.assign(document.createElement("bdi"), { textContent: visible(text) }));
    return made;
  };
  const list = (nodes, edges) => {
    const lines = document.querySelector("#edges tbody");
    for (const each of edges) {
      const [from, to] = [each.source, each.target].map((id) => cy.getElementById(id).data());
      const row = lines.insertRow();
      row.className = each.way;
      cell(row, link(from.url, from.label));
      cell(row, each.label);
      cell(row, link(to.url, to.label));
      cell(row, each.strength);
      cell(row, String(each.claims || ""));
      row.lastChild.className = "n";
      cell(row, ...each.stands.flatMap((one, place) => [place ? "; " : "", link(one.url, one.scope || "proposition")]));
    }
    const names = document.querySelector("#nodes-list tbody");
    for (const each of nodes) {
      const row = names.insertRow();
      cell(row, link(each.url, each.label));
      cell(row, each.kind);
      cell(row, each.note);
      const more = link(address([...data.params, ["expand", each.id]]), "expand");
      more.dataset.expand = each.id;
      cell(row, ...(each.kind === "citation" ? [] : [more]));
    }
    document.getElementById("edge-count").textContent = cy.edges().length;
    document.getElementById("node-count").textContent = cy.nodes().length;
  };
  const address = (params) => `/network?${new URLSearchParams(params)}`;

  const expand = async (id) => {
    const node = cy.getElementById(id);
    if (node.empty() || node.data("kind") === "citation") return;
    const kind = node.data("kind");
    said.textContent = `Fetching what is around ${node.data("label")} …`;
    const asked = [[kind, id], ["view", data.view], ["nodes", String(data.count)]];
    let found;
    try {
      const answer = await fetch(`/network.json?${new URLSearchParams(asked)}`);
      found = await answer.json();
      if (!answer.ok) throw new Error(found.detail);
    } catch (error) {
      said.textContent = `Nothing came: ${error.message}`;
      return;
    }
    const nodes = found.nodes.filter((each) => cy.getElementById(each.id).empty());
    const edges = found.edges.filter((each) => cy.getElementById(each.id).empty());
    if (cy.nodes().length + nodes.length > data.most) {
      said.textContent = `That would be ${cy.nodes().length + nodes.length} nodes, and ${data.most} can be drawn.`;
      return;
    }
    cy.add([...nodes.map(shownNode), ...edges.map(shownEdge)]);
    if (nodes.length || edges.length) {
      lay();
      list(nodes, edges);
      if (!data.params.some(([name, value]) => name === "expand" && value === id)) data.params.splice(-1, 0, ["expand", id]);
      history.pushState(null, "", address(data.params));
    }
    choose(cy.getElementById(id));
    const left = found.left_out.claims ? ` ${found.left_out.claims} claims did not fit.` : "";
    said.textContent = `${nodes.length} nodes and ${edges.length} lines more around ${node.data("label")}.${left}`;
  };

  const choose = (node) => {
    cy.elements().unselect();
    node.select();
    const about = node.data();
    said.textContent = [visible(about.label), about.note, `${node.connectedEdges().length} lines`].filter(Boolean).join("; ");
  };
  cy.on("tap", "node", (event) => expand(event.target.id()));
  cy.on("tap", "edge", (event) => {
    const [from, to] = [event.target.source(), event.target.target()].map((each) => each.data("label"));
    const about = event.target.data();
    said.textContent = `${from} | ${about.label} | ${to}; strength ${about.strength}${about.contested ? "; contested" : ""}`;
  });

  // From the chosen node to the nearest one in the direction of the arrow.
  const DIRECTIONS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  box.addEventListener("keydown", (event) => {
    const chosen = cy.$("node:selected").first();
    if (event.key === "Enter" && chosen.nonempty()) {
      event.preventDefault();
      expand(chosen.id());
      return;
    }
    const way = DIRECTIONS[event.key];
    if (!way) return;
    event.preventDefault();
    if (chosen.empty()) {
      choose(cy.getElementById(data.centre).nonempty() ? cy.getElementById(data.centre) : cy.nodes().first());
      return;
    }
    const at = chosen.position();
    let best = null;
    cy.nodes().not(chosen).forEach((each) => {
      const [x, y] = [each.position("x") - at.x, each.position("y") - at.y];
      const ahead = x * way[0] + y * way[1];
      const aside = Math.abs(x * way[1]) + Math.abs(y * way[0]);
      if (ahead > 0 && (!best || ahead + 2 * aside < best.far)) best = { node: each, far: ahead + 2 * aside };
    });
    if (best) {
      choose(best.node);
      cy.center(best.node);
    }
  });
  document.getElementById("nodes-list").addEventListener("click", (event) => {
    const more = event.target.closest("[data-expand]");
    if (!more || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    expand(more.dataset.expand);
  });

  document.getElementById("fit").addEventListener("click", () => cy.fit(undefined, 20));
  const zoom = (by) => cy.zoom({ level: cy.zoom() * by, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } });
  document.getElementById("closer").addEventListener("click", () => zoom(1.3));
  document.getElementById("farther").addEventListener("click", () => zoom(1 / 1.3));
  document.getElementById("png").addEventListener("click", () => {
    const paper = getComputedStyle(document.documentElement).getPropertyValue("--paper").trim();
    const url = URL.createObjectURL(cy.png({ output: "blob", full: true, scale: 2, maxWidth: 8000, maxHeight: 8000, bg: paper }));
    Object.assign(document.createElement("a"), { href: url, download: "network.png" }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10000);
  });
  document.getElementById("words").addEventListener("change", () => cy.style(style()));
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => cy.style(style()));
  window.addEventListener("popstate", () => location.reload());
  // For tests and the console.
  box.network = cy;
})();
