// Opens the transcripts of a report. What agents and customers said is hostile: it reaches the page as textContent only.
(() => {
  "use strict";

  const LONG = 4000;
  const dialog = document.getElementById("ecom-dialog");
  // {trials: [{key, task, trial, outcome, data}], results: long results of tools, pictures: {link: base64},
  // outcomes: {outcome: [sign, name]}}; data and results are base64 of gzipped JSON
  let archive = null, results = null;
  let position = -1;

  // ---------------------------------------------------------------- text and elements
  // Characters that would hide or reorder text are written out; half surrogate pairs become U+FFFD.
  const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g;
  const HALF = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
  const visible = (text) => String(text).replace(/\r\n?/g, "\n").replace(HALF, "\ufffd")
    .replace(CONTROL, (c) => `⟨U+${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}⟩`);

  const el = (tag, attributes, ...children) => {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (name === "class") node.className = value;
      else if (name === "onclick") node.addEventListener("click", value);
      else if (value === true) node.setAttribute(name, "");
      else if (value !== false && value !== null) node.setAttribute(name, value);
    }
    for (const child of children.flat(Infinity)) {
      if (child !== null) node.append(child instanceof Node ? child : visible(child));
    }
    return node;
  };

  const longText = (text, name) => {
    const whole = visible(text);
    const box = el("div", { class: name, dir: "auto" });
    if (whole.length <= LONG) {
      box.textContent = whole;
      return box;
    }
    const body = el("span");
    body.textContent = whole.slice(0, LONG).replace(HALF, "") + "…";
    const more = el("button", { class: "ecom-more", type: "button", onclick: () => {
      body.textContent = whole;
      more.remove();
    } }, `Show all ${whole.length.toLocaleString("en")} characters`);
    box.append(body, more);
    return box;
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

  // ---------------------------------------------------------------- the archive
  const load = () => {
    archive ??= JSON.parse(document.getElementById("ecom-transcripts").textContent);
    return archive;
  };

  const unpack = async (data) => {
    const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return JSON.parse(await new Response(stream).text());
  };

  const open = async (key) => {
    const found = load().trials.findIndex((trial) => trial.key === key);
    if (found < 0) return;
    position = found;
    try {
      results ??= unpack(archive.results);
      const record = await unpack(archive.trials[found].data);
      for (const event of record.events) {
        if (typeof event.result === "number") event.result = (await results)[event.result];
      }
      if (position !== found) return; // overtaken by a faster click
      dialog.replaceChildren(head(archive.trials[found], record), el("div", { class: "ecom-body", tabindex: "-1" },
        verdict(record), conversation(record)));
    } catch (error) {
      dialog.replaceChildren(el("div", { class: "ecom-body" }, `This transcript can't be read here: ${error}`));
    }
    if (!dialog.open) dialog.showModal();
    history.replaceState(null, "", `#trial=${encodeURIComponent(key).replace("%2F", "/")}`);
    (dialog.querySelector(".ecom-body") || dialog).focus();
  };

  const step = (by) => {
    const next = archive?.trials[position + by];
    if (next) open(next.key);
  };

  // ---------------------------------------------------------------- head
  const pill = (outcome) => {
    const [sign, name] = archive.outcomes[outcome];
    return el("span", { class: `ecom-pill ecom-is-${outcome}` }, `${sign} ${name}`);
  };

  const head = (entry, record) => {
    const siblings = archive.trials.filter((trial) => trial.task === entry.task);
    const strip = el("nav", { class: "ecom-strip", "aria-label": "Trials of this task" }, siblings.map((trial) =>
      el("button", {
        type: "button", class: `ecom-square ecom-is-${trial.outcome}`,
        title: `Trial ${trial.trial}: ${archive.outcomes[trial.outcome][1]}`,
        "aria-current": trial.key === entry.key ? "true" : null, onclick: () => open(trial.key),
      }, archive.outcomes[trial.outcome][0])));
    const copy = el("button", { type: "button", class: "ecom-button", onclick: async () => {
      copy.textContent = (await toClipboard(asText(record))) ? "Copied" : "Can't copy";
    } }, "Copy as text");
    return el("header", { class: "ecom-head" },
      el("div", { class: "ecom-head-row" },
        el("h2", {}, record.title),
        el("button", { type: "button", class: "ecom-button ecom-close", "aria-label": "Close",
          onclick: () => dialog.close() }, "✕")),
      el("div", { class: "ecom-head-row" },
        pill(record.outcome),
        el("span", { class: "ecom-muted" }, `${record.task} · trial ${record.trial} · ${record.seconds.toFixed(1)} s`),
        strip,
        el("span", { class: "ecom-tools" },
          el("button", { type: "button", class: "ecom-button", title: "Previous trial (←)", disabled: position === 0,
            onclick: () => step(-1) }, "← Previous"),
          el("button", { type: "button", class: "ecom-button", title: "Next trial (→)",
            disabled: position === archive.trials.length - 1, onclick: () => step(1) }, "Next →"),
          copy)));
  };

  const toClipboard = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      const area = el("textarea", { class: "ecom-offscreen" });
      area.value = text;
      dialog.append(area);
      area.select();
      const done = document.execCommand("copy");
      area.remove();
      return done;
    }
  };

  // ---------------------------------------------------------------- conversation
  const picture = (link) => {
    const data = archive.pictures[link];
    if (!data) return el("div", { class: "ecom-muted ecom-link" }, `Picture: ${link}`);
    const image = el("img", { src: `data:image/png;base64,${data}`, alt: `Picture ${visible(link)}` });
    return el("button", { type: "button", class: "ecom-picture", title: "Enlarge or shrink",
      onclick: () => image.classList.toggle("ecom-large") }, image);
  };

  const message = (event) => el("li", { class: `ecom-message ecom-${event.role === "agent" ? "agent" : "customer"}` },
    el("div", { class: "ecom-who" }, event.role === "agent" ? "Agent" : "Customer"),
    el("div", { class: "ecom-bubble" }, longText(event.text, "ecom-text"), event.pictures.map(picture)));

  const toolCall = (event) => el("li", { class: "ecom-call" },
    el("details", {},
      el("summary", {},
        el("code", { class: "ecom-tool" }, event.tool),
        event.writes ? el("span", { class: "ecom-tag" }, "changes data") : null,
        el("span", { class: `ecom-tag ecom-is-${event.ok ? "passed" : "failed"}` }, event.ok ? "✓ ok" : "✗ error"),
        el("code", { class: "ecom-preview" }, event.arguments.slice(0, 300))),
      el("div", { class: "ecom-label" }, "Arguments"),
      longText(indented(event.arguments), "ecom-code"),
      el("div", { class: "ecom-label" }, event.ok ? "Result" : "Error"),
      longText(indented(event.result), "ecom-code")));

  const conversation = (record) => el("section", { class: "ecom-conversation", "aria-label": "Conversation" },
    el("ol", {}, record.events.map((event) => (event.kind === "tool" ? toolCall(event) : message(event)))),
    record.events.length ? null : el("p", { class: "ecom-muted" }, "Nothing was said."),
    el("p", { class: "ecom-end" }, `Ended by: ${record.ended_by}`));

  // ---------------------------------------------------------------- verdict
  const missing = (item) => `${item.intent}: ${item.what}${item.why ? ` (${item.why})` : ""}`;
  const lines = (items) => items.length ? el("ul", {}, items.map((item) => el("li", { dir: "auto" }, item))) : null;
  const dimension = (name, right, ...evidence) => el("div", { class: "ecom-dimension" },
    el("h4", {}, el("span", { class: `ecom-tag ecom-is-${right ? "passed" : "failed"}` }, right ? "✓" : "✗"), ` ${name}`),
    evidence);

  const stateDiff = (changes) => {
    if (!changes.length) return null;
    const cell = (value) => value === null ? el("td", {}, el("i", {}, "no row")) : el("td", { dir: "auto" }, value);
    return el("div", { class: "ecom-scroll" }, el("table", { class: "ecom-diff" },
      el("thead", {}, el("tr", {}, ["Where", "Expected", "Got"].map((name) => el("th", { scope: "col" }, name)))),
      el("tbody", {}, changes.map((change) => el("tr", {},
        el("td", {}, `${change.table} ${change.key}`, el("b", {}, change.column)),
        cell(change.expected), cell(change.actual))))));
  };

  const conduct = (record) => {
    const findings = [
      ["Changed without the customer's yes", record.conduct.unconfirmed],
      ["Changed although the policy forbids it", record.conduct.forbidden],
      ["Looked up only after the change", record.conduct.late_searches],
      ["About the customer", record.customer_notes],
    ].filter(([, found]) => found.length);
    return findings.map(([title, found]) => [el("h4", {}, title), lines(found)]);
  };

  const facts = (record) => {
    const tokens = (usage) => `${(usage.input_tokens + usage.output_tokens).toLocaleString("en")} tokens, ${usage.calls} calls`;
    return el("dl", {}, [
      ["Agent", record.agent], ["Customer", record.customer], ["Persona", record.persona], ["Seed", record.seed],
      ["Turns", record.turns], ["Started", record.started], ["Agent used", tokens(record.agent_usage)],
      ["Customer used", tokens(record.customer_usage)],
    ].map(([name, value]) => [el("dt", {}, name), el("dd", { dir: "auto" }, value)]));
  };

  const failure = ({ kind, intent, call }) => el("p", { dir: "auto" },
    el("b", {}, kind), intent ? ` in intent ${intent}` : "", call ? `, at ${call}` : "");

  const verdict = (record) => {
    const judged = record.verdict;
    const findings = conduct(record);
    return el("aside", { class: "ecom-verdict", "aria-label": "Verdict" },
      el("h3", {}, "Verdict"),
      record.error ? el("p", { class: "ecom-error", dir: "auto" }, record.error) : null,
      judged ? [
        dimension("Action", !judged.state_diff.length, stateDiff(judged.state_diff)),
        dimension("Search", !judged.missing_searches.length, lines(judged.missing_searches.map(missing))),
        dimension("Output", !judged.missing_keywords.length, lines(judged.missing_keywords.map(missing))),
      ] : el("p", { class: "ecom-muted" }, "There was nothing to judge."),
      record.failure ? [el("h3", {}, "Failure class"), failure(record.failure)] : null,
      findings.length ? [el("h3", {}, "Conduct"), findings] : null,
      el("h3", {}, "Trial"), facts(record));
  };

  // ---------------------------------------------------------------- as text
  const asText = (record) => {
    const out = [`${record.title} (${record.task}, trial ${record.trial}): ${record.outcome}`, ""];
    for (const event of record.events) {
      if (event.kind === "tool") {
        out.push(`[${event.tool} ${event.arguments}]`, `${event.ok ? "->" : "-> error:"} ${event.result}`, "");
      } else {
        out.push(`${event.role}: ${event.text}`, "");
      }
    }
    if (record.error) out.push(`error: ${record.error}`);
    for (const c of record.verdict?.state_diff || []) {
      out.push(`action: ${c.table}[${c.key}].${c.column}: expected ${c.expected ?? "no row"}, got ${c.actual ?? "no row"}`);
    }
    for (const item of record.verdict?.missing_searches || []) out.push(`search: ${missing(item)}`);
    for (const item of record.verdict?.missing_keywords || []) out.push(`output: ${missing(item)}`);
    return visible(out.join("\n")) + "\n";
  };

  // ---------------------------------------------------------------- events
  const fromHash = () => {
    const match = /^#trial=(.+)$/.exec(location.hash);
    if (!match) return;
    let key = match[1];
    try { key = decodeURIComponent(key); } catch { /* typed by hand: taken as it stands */ }
    if (archive?.trials[position]?.key !== key) open(key);
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.(".ecom-open");
    if (button) {
      event.preventDefault();
      open(button.dataset.trial);
    } else if (event.target === dialog) {
      dialog.close();
    }
  });
  dialog.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.target.closest(".ecom-scroll, .ecom-code")) return;
    if (event.key === "ArrowLeft") step(-1);
    else if (event.key === "ArrowRight") step(1);
  });
  dialog.addEventListener("close", () => {
    dialog.replaceChildren();
    position = -1;
    history.replaceState(null, "", location.pathname + location.search);
  });
  document.getElementById("ecom-order")?.addEventListener("change", (event) => {
    const list = document.querySelector(".ecom-tasks");
    const by = event.target.value;
    const rows = [...list.children].sort((a, b) => a.dataset[by] - b.dataset[by] || a.dataset.number - b.dataset.number);
    list.append(...rows);
  });
  window.addEventListener("hashchange", fromHash);
  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("input.filter").forEach((box) => {
      box.setAttribute("aria-label", box.dataset.testResult);
      box.nextElementSibling.textContent = box.nextElementSibling.textContent.replace(/,$/, "");
    });
    document.getElementById("environment-header")?.click(); // folded at first
    window.ecomForbidScripts?.();
    fromHash();
  });
})();
