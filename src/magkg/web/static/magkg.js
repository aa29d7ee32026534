/* What scripts add, nothing of which is needed: copy buttons, hits while one types, all details open
   or closed at once, and what is folded opened for paper. No dependency, no inline code. */
"use strict";

// What no reader sees (UAX #9, category C) as [U+XXXX], as magkg.web.pages.rendering writes it.
// Joiners and the soft hyphen belong to words.
const KEPT = new Set("\u200c\u200d\u00ad\n\t\r");
function visible(text) {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (char) => (
    KEPT.has(char) ? char : `[U+${char.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}]`
  ));
}

// Copy buttons: <button class="copy" data-copy="ID" hidden>.
function copying() {
  if (!navigator.clipboard) return;
  for (const button of document.querySelectorAll("button.copy[data-copy]")) {
    const words = button.firstChild;
    const was = words.nodeValue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const from = document.getElementById(button.dataset.copy);
      if (!from) return;
      try {
        await navigator.clipboard.writeText("value" in from ? from.value : from.textContent.trim());
        words.nodeValue = "Copied";
      } catch {
        words.nodeValue = "Not copied";
      }
      said(words.nodeValue);
      setTimeout(() => { words.nodeValue = was; }, 2000);
    });
  }
}

// One live region for what changes without a new page.
let region;
function said(words) {
  if (!region) {
    region = document.createElement("p");
    region.className = "unseen";
    region.setAttribute("role", "status");
    document.body.append(region);
  }
  region.textContent = words;
}

// Hits while one types: an input with data-suggest="/search.json" (the listbox pattern of WAI-ARIA).
// data-name limits them to a kind and puts the name of the hit in the field instead of opening it.
function suggesting(input) {
  const target = input.dataset.suggest || "/search.json";
  const kind = input.dataset.name || "";
  const list = document.createElement("ul");
  list.id = `${input.id}-hits`;
  list.className = "suggest";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Hits");
  list.hidden = true;
  const place = document.createElement("div");
  place.className = "suggesting";
  input.replaceWith(place);
  place.append(input, list);
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id,
  })) input.setAttribute(name, value);
  let timer, asked, at = -1, hits = [];

  function close() {
    list.hidden = true;
    at = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }
  function mark(next) {
    const items = list.children;
    if (!items.length) return;
    if (at >= 0) items[at].setAttribute("aria-selected", "false");
    at = (next + items.length) % items.length;
    items[at].setAttribute("aria-selected", "true");
    items[at].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", items[at].id);
  }
  function take(number) {
    if (kind) {
      input.value = hits[number].iri.replace(/^.*[/#]/, "");
      close();
    } else {
      location.assign(hits[number].path);
    }
  }
  function item(hit, number) {
    const made = document.createElement("li");
    const sort = document.createElement("span");
    const words = document.createElement("bdi");
    made.id = `${list.id}-${number}`;
    made.setAttribute("role", "option");
    made.setAttribute("aria-selected", "false");
    sort.textContent = hit.kind;
    words.textContent = visible(hit.synonym ? `${hit.label} (${hit.synonym})` : hit.label);
    made.append(sort, words);
    made.addEventListener("mousedown", (event) => { event.preventDefault(); take(number); });
    return made;
  }
  async function ask() {
    const text = input.value.trim();
    if (asked) asked.abort();
    if (text.length < 2) return close();
    asked = new AbortController();
    const query = new URLSearchParams({ q: text, limit: "8", ...(kind && { kind }) });
    try {
      const answer = await fetch(`${target}?${query}`, { signal: asked.signal, headers: { Accept: "application/json" } });
      if (!answer.ok) return close();
      const found = await answer.json();
      if (document.activeElement !== input) return;
      hits = found.hits.filter((hit) => hit.path.startsWith("/") && !hit.path.startsWith("//"));
      list.replaceChildren(...hits.map(item));
      at = -1;
      list.hidden = hits.length === 0;
      input.setAttribute("aria-expanded", String(!list.hidden));
      said(found.number === 1 ? "1 hit" : `${found.number} hits`);
    } catch (error) {
      if (error.name !== "AbortError") close();
    }
  }
  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 120); });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" && !list.hidden) { event.preventDefault(); mark(at + 1); }
    else if (event.key === "ArrowUp" && !list.hidden) { event.preventDefault(); mark(at < 0 ? -1 : at - 1); }
    else if (event.key === "Enter" && at >= 0) { event.preventDefault(); take(at); }
    else if (event.key === "Escape" && !list.hidden) { event.preventDefault(); close(); }
  });
}

// A button that opens or closes every details of the page, where there are three or more.
function folding() {
  const every = [...document.querySelectorAll("main details")];
  if (every.length >= 3) {
    const button = document.createElement("button");
    const tell = () => { button.textContent = every.every((each) => each.open) ? "Close all details" : "Open all details"; };
    button.type = "button";
    button.className = "quiet noprint";
    button.addEventListener("click", () => {
      const open = !every.every((each) => each.open);
      for (const each of every) each.open = open;
      tell();
    });
    for (const each of every) each.addEventListener("toggle", tell);
    tell();
    document.querySelector("main > header.title").append(button);
  }
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = every.filter((each) => !each.open);
    for (const each of closed) each.open = true;
  });
  addEventListener("afterprint", () => { for (const each of closed) each.open = false; });
}

// "/" goes to the search field, as on many sites of reference.
function slash() {
  const field = document.getElementById("find");
  addEventListener("keydown", (event) => {
    const typing = /^(input|textarea|select)$/i.test(event.target.tagName) || event.target.isContentEditable;
    if (event.key === "/" && field && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      field.focus();
    }
  });
}

// Fields that were left empty stay out of the URL.
function sparing() {
  for (const form of document.querySelectorAll("form.facets")) {
    form.addEventListener("formdata", (event) => {
      for (const name of new Set(event.formData.keys())) {
        const held = event.formData.getAll(name).filter((value) => value !== "");
        event.formData.delete(name);
        for (const value of held) event.formData.append(name, value);
      }
    });
  }
}

copying();
sparing();
for (const input of document.querySelectorAll("input[data-suggest], input[data-name]")) suggesting(input);
folding();
slash();
