// Opens the transcripts of the page, walks through them, and orders the list of tasks.
(() => {
  "use strict";

  const dialog = document.getElementById("ecom-dialog");
  const pictures = JSON.parse(document.getElementById("ecom-pictures").textContent);
  const squares = () => [...document.querySelectorAll(".ecom-tasks .ecom-open")];
  // The trials of the task that was opened last: {number, trials: a promise}.
  let unpacked = null;
  let current = null;

  // ---------------------------------------------------------------- the archive
  // A task's trials are base64 of a gzipped JSON list; an event that was there before is its number among the new ones.
  const unpack = async (number) => {
    const data = JSON.parse(document.getElementById(`ecom-task-${number}`).textContent);
    const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    const trials = JSON.parse(await new Response(stream).text());
    const known = [];
    for (const trial of trials) {
      trial.events = trial.events.map((event) => {
        if (typeof event === "number") return known[event];
        known.push(event);
        return event;
      });
    }
    return trials;
  };

  const trialOf = async (square) => {
    const { number } = square.closest("li").dataset;
    if (unpacked?.number !== number) unpacked = { number, trials: unpack(number) };
    return (await unpacked.trials).find((trial) => trial.key === square.dataset.trial);
  };

  // ---------------------------------------------------------------- the dialog
  const open = async (key) => {
    const square = squares().find((one) => one.dataset.trial === key);
    if (!square) return;
    current = { key, trial: null };
    const wanted = current;
    const unreadable = dialog.querySelector(".ecom-unreadable");
    try {
      wanted.trial = await trialOf(square);
      if (current !== wanted) return; // overtaken by a faster click
      Transcript.draw(dialog, wanted.trial, pictures);
      unreadable.hidden = true;
    } catch (error) {
      unreadable.hidden = false;
      unreadable.querySelector("span").textContent = error;
    }
    siblings(square);
    const copy = dialog.querySelector(".ecom-copy");
    copy.textContent = copy.dataset.say;
    for (const button of dialog.querySelectorAll("[data-step]")) button.disabled = !neighbour(Number(button.dataset.step));
    if (!dialog.open) dialog.showModal();
    history.replaceState(null, "", `#trial=${encodeURIComponent(key).replaceAll("%2F", "/")}`);
    const body = dialog.querySelector(".ecom-body");
    for (const part of [body, ...body.children]) part.scrollTop = 0;
    body.focus();
  };

  const siblings = (square) => {
    const strip = dialog.querySelector(".ecom-strip");
    strip.replaceChildren(...[...square.parentElement.children].map((one) => one.cloneNode(true)));
    strip.querySelector(`[data-trial="${CSS.escape(square.dataset.trial)}"]`).setAttribute("aria-current", "true");
  };

  const neighbour = (by) => {
    const all = squares();
    return all[all.findIndex((one) => one.dataset.trial === current?.key) + by];
  };

  const step = (by) => {
    const next = current && neighbour(by);
    if (next) open(next.dataset.trial);
  };

  const copy = async (button) => {
    if (!current?.trial) return;
    const done = await toClipboard(Transcript.asText(current.trial));
    button.textContent = done ? button.dataset.done : button.dataset.failed;
  };

  const toClipboard = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      const area = document.createElement("textarea");
      area.className = "ecom-offscreen";
      area.value = text;
      dialog.append(area);
      area.select();
      const done = document.execCommand("copy");
      area.remove();
      return done;
    }
  };

  // ---------------------------------------------------------------- events
  const fromHash = () => {
    const match = /^#trial=(.+)$/.exec(location.hash);
    if (!match) return;
    let key = match[1];
    try { key = decodeURIComponent(key); } catch { /* typed by hand: taken as it stands */ }
    if (current?.key !== key) open(key);
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button");
    if (button?.dataset.trial) open(button.dataset.trial);
    else if (button?.dataset.step) step(Number(button.dataset.step));
    else if (button?.classList.contains("ecom-copy")) copy(button);
    else if (button?.classList.contains("ecom-close") || event.target === dialog) dialog.close();
  });
  dialog.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.target.closest(".ecom-diff, .ecom-code")) return;
    if (event.key === "ArrowLeft") step(-1);
    else if (event.key === "ArrowRight") step(1);
  });
  dialog.addEventListener("close", () => {
    current = null;
    history.replaceState(null, "", location.pathname + location.search);
  });
  document.getElementById("ecom-order").addEventListener("change", (event) => {
    const list = document.querySelector(".ecom-tasks");
    const by = event.target.value;
    const rows = [...list.children].sort((a, b) => a.dataset[by] - b.dataset[by] || a.dataset.number - b.dataset.number);
    list.append(...rows);
  });
  window.addEventListener("hashchange", fromHash);
  fromHash();
})();
