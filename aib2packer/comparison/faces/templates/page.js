"use strict";
const one = (query, within = document) => within.querySelector(query);
const all = (query, within = document) => [...within.querySelectorAll(query)];
const byId = (id) => (id ? document.getElementById(id) : null);

const rows = all("#list li[data-kind]");
const chips = all(".chip");
const search = byId("search");
const status = byId("status");
const words = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
const other = { left: "right", right: "left" };
let current = null;
let leader = null;
const here = [];
const joined = new Map(all(".text").map((text) => [text, all(".joined", text)]));

/* The list: which rows are shown, and which is the current one. */

const shown = () => rows.filter((row) => !row.hidden);

function filter() {
  const off = (group) => new Set(chips.filter((chip) => chip.dataset[group] && chip.ariaPressed === "false").map((chip) => chip.dataset[group]));
  const kinds = off("kind");
  const fates = off("fate");
  const sought = search.value.trim().toLowerCase();
  let matching = 0;
  for (const row of rows) {
    const matches = words.get(row).includes(sought);
    matching += matches;
    row.hidden = !matches || kinds.has(row.dataset.kind) || fates.has(row.dataset.fate);
  }
  for (const group of all(".group")) group.hidden = !one("li:not([hidden])", group);
  const count = shown().length;
  const hidden = matching - count;
  status.textContent = `${count} shown${hidden ? `, ${hidden} ${sought ? "more match but are filtered out" : "filtered out"}` : ""}`;
}

/* Makes a row the current one and shows its lines; a line that a person is on stays where it is, and the other pane comes beside it. */
function select(row, from = null) {
  if (current) current.removeAttribute("aria-current");
  for (const line of here.splice(0)) line.classList.remove("here");
  current = row;
  row.setAttribute("aria-current", "true");
  row.scrollIntoView({ block: "nearest" });
  const text = from && from.closest(".text");
  const distance = text ? below(from, text) : null;
  for (const side of ["left", "right"]) reveal(side, row, from, distance);
  const list = shown();
  status.textContent = `${list.indexOf(row) + 1} of ${list.length}`;
}

function step(by) {
  const list = shown();
  if (!list.length) return;
  const at = list.indexOf(current);
  const next = list[at < 0 ? (by > 0 ? 0 : list.length - 1) : Math.min(list.length - 1, Math.max(0, at + by))];
  select(next);
  one(".item", next).focus({ preventScroll: true });
}

/* The panes: a tab for each file, and lines that know their counterparts. */

const panel = (side) => one(`#${side} .text:not([hidden])`);

function open(tab) {
  for (const each of all("[role=tab]", tab.parentElement)) {
    const chosen = each === tab;
    each.ariaSelected = String(chosen);
    each.tabIndex = chosen ? 0 : -1;
    byId(each.getAttribute("aria-controls")).hidden = !chosen;
  }
  tab.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function reveal(side, row, from, distance) {
  const line = byId(row.dataset[side]);
  const near = line || byId(row.dataset.near);
  one(`#${side} .absent`).hidden = Boolean(line);
  leader = null;
  if (line) {
    line.classList.add("here");
    here.push(line);
  }
  if (!near || near === from || !byId(side).contains(near)) return;
  const text = near.closest(".text");
  if (text.hidden) open(byId(`tab-${text.id}`));
  place(text, near, distance ?? text.clientHeight / 3);
}

/* How far the line is below the upper edge of its text. */
const below = (line, text) => line.getBoundingClientRect().top - text.getBoundingClientRect().top;

/* Lines that were never on the screen have guessed heights: the second time they are known. */
function place(text, line, distance) {
  const put = () => text.scrollBy({ top: below(line, text) - distance, behavior: "instant" });
  put();
  requestAnimationFrame(put);
}

function follow(side) {
  const text = panel(side);
  const facing = panel(other[side]);
  if (leader !== side || !text || !facing) return;
  const lines = joined.get(text);
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (below(lines[middle], text) < 0) low = middle + 1;
    else high = middle;
  }
  for (const line of lines.slice(low, low + 20)) {
    const counterpart = rowsOf(line).map((row) => byId(row.dataset[other[side]])).find((each) => each && facing.contains(each));
    if (counterpart) {
      place(facing, counterpart, below(line, text));
      return;
    }
  }
}

const rowsOf = (line) => line.dataset.rows.split(" ").map((number) => byId(`r${number}`));

/* From a line to its counterpart; a line of several rows goes through them. */
function jump(line) {
  const mine = rowsOf(line);
  select(mine[(mine.indexOf(current) + 1) % mine.length], line);
  focusLine(byId(current.dataset[other[line.closest(".pane").id]]) || line);
}

function focusLine(line) {
  if (line) one("button", line).focus({ preventScroll: matchMedia("(min-width: 801px)").matches });
}

/* What a person does. */

for (const chip of chips) {
  chip.addEventListener("click", () => {
    chip.ariaPressed = String(chip.ariaPressed === "false");
    filter();
  });
}
search.addEventListener("input", filter);

byId("list").addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const row = button.closest("li");
  const again = row === current;
  if (!again) select(row);
  if (button.dataset.line) focusLine(byId(button.dataset.line));
  else if (again) focusLine(byId(row.dataset.right) || byId(row.dataset.left));
});

for (const side of ["left", "right"]) {
  const pane = byId(side);
  pane.addEventListener("click", (event) => {
    const tab = event.target.closest("[role=tab]");
    const line = event.target.closest(".joined");
    if (tab) open(tab);
    else if (line && !String(getSelection())) jump(line);
  });
  for (const name of ["wheel", "touchstart", "pointerdown", "keydown"]) {
    pane.addEventListener(name, () => (leader = side), { passive: true });
  }
  for (const text of all(".text", pane)) text.addEventListener("scroll", () => follow(side), { passive: true });
  one("[role=tablist]", pane).addEventListener("keydown", (event) => {
    const tabs = all("[role=tab]", pane);
    const move = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!move) return;
    const next = tabs[(tabs.indexOf(document.activeElement) + move + tabs.length) % tabs.length];
    open(next);
    next.focus();
  });
}

const help = byId("keys");
byId("help").addEventListener("click", () => help.showModal());

const keys = {
  j: () => step(1),
  k: () => step(-1),
  "/": () => search.focus(),
  "?": () => help.showModal(),
  Escape: () => current && one(".item", current).focus(),
};
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
  if (event.target === search) {
    if (event.key !== "Escape" && event.key !== "Enter") return;
    if (event.key === "Enter") step(1);
    else {
      search.value = "";
      filter();
      (current ? one(".item", current) : byId("list")).focus();
    }
  } else if (keys[event.key]) keys[event.key]();
  else return;
  event.preventDefault();
});

filter();
status.textContent = `${shown().length} shown`;
