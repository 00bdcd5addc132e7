// Keeps the page up to date. The provider renders everything; this only fetches the page again and puts in what is new.
"use strict";

const { events, page, most } = document.body.dataset;
const list = document.getElementById("exchange-list");
const connection = document.getElementById("connection");
const known = new Map(); // the HTML of each live part as the provider last sent it

// A problem stays until its form is sent again: only what a form was answered replaces it.
const liveParts = (root, answered) => root.querySelectorAll(answered ? "[data-live], [data-problem]" : "[data-live]");
const remember = (root) => liveParts(root, true).forEach((part) => known.set(part.id, part.outerHTML));

// Put a new element in the place of an old one; what was unfolded stays so, and the focus stays where it was.
function replace(old, fresh) {
  const focused = old.contains(document.activeElement) ? document.activeElement.id : "";
  for (const details of old.querySelectorAll("details[open][id]")) {
    fresh.querySelector(`#${CSS.escape(details.id)}`)?.setAttribute("open", "");
  }
  old.replaceWith(fresh);
  if (focused) document.getElementById(focused)?.focus();
}

function showParts(fresh, answered) {
  for (const part of liveParts(fresh, answered)) {
    const html = part.outerHTML;
    const old = document.getElementById(part.id);
    if (known.get(part.id) === html || !old) continue;
    known.set(part.id, html);
    replace(old, document.importNode(part, true));
  }
}

const numberOf = (item) => Number(item.id.replace("exchange-", ""));

// Newest first; an exchange that was kept waiting may arrive after later ones, and still stands where it began.
function add(item) {
  const place = [...list.children].find((other) => numberOf(other) <= numberOf(item)) ?? null;
  if (place?.id === item.id) return;
  list.insertBefore(document.importNode(item, true), place);
}

function showExchanges(fresh, all) {
  const items = fresh.querySelectorAll("#exchange-list > li");
  if (all) {
    const there = new Set([...items].map((item) => item.id));
    for (const item of [...list.children]) if (!there.has(item.id)) item.remove();
  }
  [...items].reverse().forEach(add);
  while (list.children.length > Number(most)) list.lastElementChild.remove();
}

function show(html, all, answered = false) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  showParts(fresh, answered);
  showExchanges(fresh, all);
}

// One fetch at a time: what happens meanwhile waits for the next one.
let wanted = null; // the exchange number after which something is new; 0 for all of it
let busy = false;

async function update(since) {
  wanted = wanted === null ? since : Math.min(wanted, since);
  if (busy) return;
  busy = true;
  try {
    while (wanted !== null) {
      const from = wanted;
      wanted = null;
      const answer = await fetch(from ? `${page}?since=${from}` : page);
      if (answer.ok) show(await answer.text(), !from);
    }
  } catch {
    wanted = null; // the provider is away; when it is back the stream opens again, and everything is fetched
  } finally {
    busy = false;
  }
}

const newest = () => (list.firstElementChild ? numberOf(list.firstElementChild) : 0);

function listen() {
  const source = new EventSource(events);
  source.addEventListener("open", () => {
    connection.textContent = "Live";
    connection.className = "live";
    update(0);
  });
  source.addEventListener("exchange", (event) => update(Number(event.lastEventId) - 1));
  source.addEventListener("change", (event) => {
    const all = ["everything", "journal"].includes(JSON.parse(event.data).of);
    update(all ? 0 : newest());
  });
  source.addEventListener("dropped", () => update(0));
  source.addEventListener("error", () => {
    connection.textContent = "The provider is away; trying again";
    connection.className = "away";
    if (source.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
    source.close();
    setTimeout(listen, 2000);
  });
}

async function submit(event) {
  event.preventDefault();
  const form = event.target;
  const body = new URLSearchParams(new FormData(form, event.submitter));
  try {
    const answer = await fetch(form.action, { method: "POST", body });
    show(await answer.text(), true, true);
    if (answer.ok && form.contains(document.activeElement) && form.querySelector("[required]")) form.reset();
  } catch {
    connection.textContent = "The provider is away; nothing was changed";
    connection.className = "away";
  }
}

// The clock goes on between two updates.
function tick() {
  const now = document.getElementById("clock-now");
  if (now.dataset.shown === undefined) now.dataset.shown = String(performance.now());
  const passed = (performance.now() - Number(now.dataset.shown)) / 1000;
  const moment = new Date((Number(now.dataset.now) + passed) * 1000);
  if (!Number.isNaN(moment.valueOf())) {
    now.querySelector("time").textContent = moment.toISOString().slice(0, 19).replace("T", " ");
  }
}

remember(document);
document.addEventListener("submit", submit);
setInterval(tick, 1000);
listen();
