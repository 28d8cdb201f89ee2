// The bench: guesses one key away, pages that are turned and cut by hand and back again, evidence that lights up.
"use strict";

const form = document.getElementById("decision");
const sheets = [...document.querySelectorAll(".sheet")];
const turns = document.getElementById("turns");
const changed = document.getElementById("changed");
const otherSplit = document.getElementById("other-split");
const proposed = sheets.filter((sheet) => sheet.classList.contains("starts"));
let at = 0;

document.documentElement.classList.add("scripts");

function go(by) {
  at = Math.max(0, Math.min(sheets.length - 1, at + by));
  sheets[at].scrollIntoView({ block: "start" });
  sheets[at].focus({ preventScroll: true });
}

// How far each page was turned here, on top of how it was read.
function turn(sheet, by) {
  sheet.dataset.by = (Number(sheet.dataset.by || 0) + by + 360) % 360;
  sheet.querySelector(".frame")?.setAttribute("data-by", sheet.dataset.by);
  note();
}

function cut(sheet) {
  if (sheet === sheets[0]) return;
  const starts = sheet.classList.toggle("starts");
  sheet.querySelector(".cutter").setAttribute("aria-pressed", starts);
  note();
}

function note() {
  const lie = sheets.filter((sheet) => Number(sheet.dataset.by || 0));
  turns.value = lie.map((sheet) => `${sheet.dataset.page}:${(Number(sheet.dataset.turned) + Number(sheet.dataset.by)) % 360}`).join(",");
  const starts = sheets.filter((sheet) => sheet.classList.contains("starts"));
  const other = starts.length !== proposed.length || starts.some((sheet) => !proposed.includes(sheet));
  if (otherSplit) {
    otherSplit.value = other ? runs(starts) : "";
    otherSplit.dispatchEvent(new Event("input"));
  }
  changed.hidden = lie.length === 0 && !other;
}

function runs(starts) {
  const firsts = [1, ...starts.map((sheet) => Number(sheet.dataset.page))];
  return firsts.map((first, n) => `${first}-${(firsts[n + 1] || sheets.length + 1) - 1}`).join(",");
}

function undo() {
  for (const sheet of sheets) {
    sheet.dataset.by = 0;
    sheet.querySelector(".frame")?.removeAttribute("data-by");
    const starts = proposed.includes(sheet);
    sheet.classList.toggle("starts", starts);
    sheet.querySelector(".cutter")?.setAttribute("aria-pressed", starts);
  }
  note();
}

for (const sheet of sheets) {
  for (const tool of sheet.querySelectorAll("[data-turn]")) {
    tool.addEventListener("click", () => turn(sheet, Number(tool.dataset.turn)));
  }
  sheet.querySelector(".cutter")?.addEventListener("click", () => cut(sheet));
  sheet.addEventListener("focusin", () => { at = sheets.indexOf(sheet); });
}
document.getElementById("undo").addEventListener("click", undo);

function choose(key) {
  const guess = form.querySelector(`input[data-key="${CSS.escape(key)}"]`);
  if (!guess) return false;
  guess.checked = true;
  guess.dispatchEvent(new Event("change"));
  guess.focus();
  return true;
}

const acts = {
  j: () => go(1),
  k: () => go(-1),
  r: () => turn(sheets[at], 90),
  c: () => cut(sheets[at]),
  s: () => document.getElementById("next")?.click(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input:not([type=radio]), select")) return;
  const key = event.key.toLowerCase();
  if (key === "enter" && !event.target.matches("button, a")) {
    event.preventDefault();
    form.requestSubmit();
  } else if (choose(key) || acts[key]) {
    event.preventDefault();
    acts[key]?.();
  }
});

// What is typed or chosen beside a list takes its place, and the other way round.
for (const other of form.querySelectorAll("[data-other]")) {
  const radios = form.querySelectorAll(`input[type=radio][name="${other.dataset.other}"]`);
  other.addEventListener("input", () => {
    if (other.value.trim() !== "") for (const radio of radios) radio.checked = false;
  });
  for (const radio of radios) radio.addEventListener("change", () => { other.value = ""; });
}

function light(shows) {
  for (const mark of document.querySelectorAll("[data-evidence]")) {
    mark.classList.toggle("lit", shows !== null && mark.dataset.evidence === shows);
  }
}

for (const each of form.querySelectorAll("[data-shows]")) {
  const row = each.closest("label") || each;
  row.addEventListener("mouseenter", () => light(each.dataset.shows));
  row.addEventListener("mouseleave", () => light(null));
  each.addEventListener("change", () => light(each.dataset.shows));
  each.addEventListener("focus", () => light(each.dataset.shows));
}
