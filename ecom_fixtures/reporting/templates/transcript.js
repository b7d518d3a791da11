// Draws one trial. What agents and customers said is hostile: it reaches the page as textContent only. Every word comes
// from the page or from the trial itself; nothing is decided or phrased here.
const Transcript = (() => {
  "use strict";

  const LONG = 4000;

  const el = (tag, attributes, ...children) => {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (name === "class") node.className = value;
      else if (value !== null && value !== undefined) node.setAttribute(name, value);
    }
    node.append(...children.flat(Infinity).filter((child) => child !== null));
    return node;
  };

  const tag = ([kind, words]) => el("span", { class: `ecom-tag ecom-is-${kind}` }, words);

  const clone = (id) => document.getElementById(id).content.firstElementChild.cloneNode(true);

  // {text, more}: a long text is cut until it is asked for by the button named `more`.
  const longText = ({ text, more }, name, shape = (whole) => whole) => {
    const whole = shape(text);
    if (!more) return el("div", { class: name, dir: "auto" }, whole);
    const body = el("span", {}, `${[...whole.slice(0, LONG + 1)].slice(0, -1).join("")}…`);
    const button = el("button", { class: "ecom-more", type: "button" }, more);
    button.addEventListener("click", () => {
      body.textContent = whole;
      button.remove();
    });
    return el("div", { class: name, dir: "auto" }, body, button);
  };

  // Breaks JSON into lines without touching a digit of it; anything else stays as it is.
  const indented = (text) => {
    try { JSON.parse(text); } catch { return text; }
    let out = "", depth = 0;
    const line = () => "\n" + "  ".repeat(depth);
    for (const token of text.match(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s"{}[\],:]+/g) || []) {
      if (token === "}" || token === "]") {
        depth -= 1;
        out = /[{[]$/.test(out) ? out + token : out + line() + token;
      } else {
        if (/[{[]$/.test(out)) out += line();
        out += token === ":" ? ": " : token;
        if (token === "{" || token === "[") depth += 1;
        if (token === ",") out += line();
      }
    }
    return out;
  };

  // ---------------------------------------------------------------- conversation
  const when = ([start, words]) => (start ? el("time", { class: "ecom-when", title: words }, start) : null);

  const picture = ([link, words], pictures) => {
    if (!pictures[link]) return el("div", { class: "ecom-muted ecom-link" }, words);
    const button = clone("ecom-picture");
    const image = button.firstElementChild;
    image.src = `data:image/webp;base64,${pictures[link]}`;
    image.alt = words;
    button.addEventListener("click", () => image.classList.toggle("ecom-large"));
    return button;
  };

  const message = (event, moment, pictures) => el("li", { class: `ecom-message ecom-${event.role}` },
    el("div", { class: "ecom-who" }, event.who, when(moment)),
    el("div", { class: "ecom-bubble" }, longText(event, "ecom-text"),
      event.pictures.map((one) => picture(one, pictures))));

  const toolCall = (event, moment) => el("li", { class: "ecom-call" },
    el("details", {},
      el("summary", {},
        el("code", { class: "ecom-tool" }, event.tool),
        event.tags.map(tag),
        el("code", { class: "ecom-preview" }, event.parts[0].text.slice(0, 300)),
        when(moment)),
      event.parts.map((part) => [
        el("div", { class: "ecom-label" }, part.name), longText(part, "ecom-code", indented)])));

  const events = (trial, pictures) => trial.events.map((event, number) => (event.tool === undefined
    ? message(event, trial.moments[number], pictures) : toolCall(event, trial.moments[number])));

  // ---------------------------------------------------------------- verdict
  const lines = (items) => (items.length ? el("ul", {}, items.map((item) => el("li", { dir: "auto" }, item))) : null);

  const cells = (rows) => {
    if (!rows.length) return null;
    const details = clone("ecom-diff");
    details.querySelector("tbody").append(...rows.map(([where, column, expected, actual]) => el("tr", {},
      el("td", {}, `${where} `, el("b", {}, column)), el("td", { dir: "auto" }, expected), el("td", { dir: "auto" }, actual))));
    return details;
  };

  const sections = (trial) => trial.sections.map((section) => el("div", {},
    el("h4", {}, section.mark ? tag(section.mark) : null, section.title), lines(section.lines || []), cells(section.table || [])));

  const facts = (trial) => trial.facts.map(([name, value]) => [el("dt", {}, name), el("dd", { dir: "auto" }, value)]);

  // ---------------------------------------------------------------- all of it
  const draw = (dialog, trial, pictures) => {
    const fill = (selector, ...children) => dialog.querySelector(selector).replaceChildren(...children.flat(Infinity));
    fill("#ecom-title", trial.title);
    fill(".ecom-pill", trial.mark);
    dialog.querySelector(".ecom-pill").className = `ecom-pill ecom-is-${trial.outcome}`;
    fill(".ecom-about", trial.about);
    fill(".ecom-reason", trial.reason);
    fill(".ecom-sections", sections(trial));
    fill(".ecom-verdict dl", facts(trial));
    fill(".ecom-conversation ol", events(trial, pictures));
    fill(".ecom-end", trial.end);
  };

  const asText = (trial) => {
    const out = [trial.title, trial.about, trial.mark, trial.reason, ""];
    for (const event of trial.events) {
      if (event.tool === undefined) out.push(`${event.who}: ${event.text}`, "");
      else out.push(`[${event.tool}]`, ...event.parts.map((part) => `${part.name}: ${part.text}`), "");
    }
    out.push(trial.end);
    for (const section of trial.sections) {
      if (section.lines?.length) out.push("", section.title, ...section.lines.map((line) => `- ${line}`));
    }
    return `${out.join("\n")}\n`;
  };

  return { draw, asText };
})();
