"use strict";
// The filters, links to what a filter hides, and the buttons that copy. Without this everything is on the page.
const form = document.getElementById("filters");
const shown = document.getElementById("shown");
const lines = [...document.querySelectorAll("tr.line")];
const items = [...document.querySelectorAll(".item")];
const about = new Map(lines.map((line) => [line.dataset.contract, aboutOf(line)]));
const columns = [...document.querySelectorAll("th[data-client]")];

// Where a contract belongs, and the words by which it is found: its id, its promise and its source.
function aboutOf(line) {
  const text = `${line.cells[0].textContent} ${line.dataset.source}`.toLowerCase();
  return { family: line.parentElement.dataset.family, text };
}

function wanted() {
  const chosen = new FormData(form);
  const words = String(chosen.get("text")).toLowerCase().split(/\s+/).filter(Boolean);
  const verdicts = new Set(chosen.getAll("verdict"));
  const [family, level, client] = ["family", "level", "client"].map((name) => String(chosen.get(name)));
  return {
    client,
    any: words.length > 0 || verdicts.size > 0 || Boolean(family || level || client),
    of(contract) {
      const known = about.get(contract);
      return (!family || family === known.family) && words.every((word) => known.text.includes(word));
    },
    has: (data) =>
      (!verdicts.size || verdicts.has(data.verdict)) &&
      (!level || level === data.level) &&
      (!client || client === data.client),
  };
}

function filter() {
  const want = wanted();
  let count = 0;
  for (const line of lines) {
    const found = want.of(line.dataset.contract);
    let here = 0;
    for (const cell of line.cells) {
      if (!cell.dataset.verdict) continue;
      const meant = found && want.has(cell.dataset);
      cell.classList.toggle("other", !meant);
      here += Number(meant);
    }
    line.hidden = here === 0;
    count += here;
  }
  for (const body of document.querySelectorAll("tbody[data-family]")) {
    body.hidden = ![...body.querySelectorAll("tr.line")].some((line) => !line.hidden);
  }
  for (const item of items) item.hidden = !(want.of(item.dataset.contract) && want.has(item.dataset));
  for (const group of document.querySelectorAll(".group")) group.hidden = !group.querySelector(".item:not([hidden])");
  for (const column of columns) column.classList.toggle("other", Boolean(want.client) && want.client !== column.dataset.client);
  const total = shown.dataset.total;
  shown.textContent = want.any ? `${count} of ${total} verdicts shown` : `${total} verdicts`;
}

// A link may lead to what a filter hides, or into something that is folded.
function arrive() {
  const place = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!place) return;
  if (place.closest("[hidden]")) form.reset();
  for (let folded = place.closest("details"); folded; folded = folded.parentElement.closest("details")) folded.open = true;
  place.scrollIntoView();
}

const unfolded = new Set();
function unfoldAll() {
  for (const details of document.querySelectorAll("details:not([open])")) {
    details.open = true;
    unfolded.add(details);
  }
}
function foldAgain() {
  for (const details of unfolded) details.open = false;
  unfolded.clear();
}

async function copy(event) {
  const button = event.target.closest("button.copy");
  if (!button) return;
  const code = button.parentElement.querySelector("code");
  getSelection().selectAllChildren(code); // where the clipboard is not ours to write, it is a key away
  try {
    await navigator.clipboard.writeText(code.textContent);
    button.textContent = "Copied";
  } catch {
    button.textContent = "Selected";
  }
}

form.hidden = false;
for (const button of document.querySelectorAll("button.copy")) button.hidden = false;
form.addEventListener("input", filter);
form.addEventListener("reset", () => setTimeout(filter)); // it is reset behind this event
form.addEventListener("submit", (event) => event.preventDefault());
addEventListener("hashchange", arrive);
addEventListener("beforeprint", unfoldAll);
addEventListener("afterprint", foldAgain);
document.addEventListener("click", copy);
filter(); // a browser that comes back to the page may have kept what was chosen
arrive();
