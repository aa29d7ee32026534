// Fetches pages, reads each with the parser of the browser, and puts what it holds into this page,
// where handlers and addresses would come to life. Gives what no page may hold, and what it shows.
async (paths) => {
  const place = document.createElement("div");
  document.body.append(place);
  const inert = /^application\/(ld\+)?json$/;
  const held = (doc) => {
    const found = [];
    for (const each of doc.querySelectorAll("*")) {
      const name = each.localName;
      if (["base", "iframe", "object", "embed", "style", "audio", "video", "template", "math"].includes(name)) found.push(name);
      if (name === "meta" && each.httpEquiv) found.push("meta http-equiv");
      if (name === "script") {
        if (each.src ? !each.getAttribute("src").startsWith("/static/") : !inert.test(each.type)) found.push(`script ${each.outerHTML.slice(0, 80)}`);
        else if (!each.src) JSON.parse(each.textContent);
      }
      for (const { name: attribute, value } of each.attributes) {
        if (attribute.startsWith("on") || attribute === "style" || attribute === "srcdoc") found.push(`${name} ${attribute}=${value.slice(0, 60)}`);
        if (/^(href|src|action|formaction|xlink:href|poster|data)$/.test(attribute)) {
          const url = new URL(value, location.href);
          const out = url.origin !== location.origin;
          const link = name === "a" && each.relList.contains("external") && /^https?:$/.test(url.protocol);
          const licence = name === "a" && each.relList.contains("license");
          if (out && !link && !licence) found.push(`${name} ${attribute}=${value.slice(0, 80)}`);
        }
      }
    }
    return found;
  };
  const one = async (path) => {
    const answer = await fetch(path, { headers: { Accept: "text/html" } });
    const doc = new DOMParser().parseFromString(await answer.text(), "text/html");
    const seen = {
      path, status: answer.status, faults: held(doc), title: doc.querySelector("h1")?.textContent.trim() ?? "",
      text: (doc.querySelector("main") ?? doc.body).textContent,
      values: [...doc.querySelectorAll("main input, main textarea")].map((each) => each.value),
      policy: answer.headers.get("content-security-policy") ?? "",
      type: answer.headers.get("content-type") ?? "", sniff: answer.headers.get("x-content-type-options") ?? "",
    };
    for (const each of doc.querySelectorAll("main form, main details")) each.open = true;
    place.replaceChildren(...doc.body.childNodes);
    return seen;
  };
  const waiting = [...paths];
  const all = [];
  const work = async () => { while (waiting.length) all.push(await one(waiting.shift())); };
  await Promise.all([work(), work(), work()]);
  await new Promise((done) => setTimeout(done, 50));
  place.remove();
  return all;
}
