// Gathers what is dropped, pasted, photographed or chosen, sends it as one submission, and leads on to its progress.
"use strict";

const form = document.getElementById("deposit");
const drop = document.getElementById("drop");
const stack = document.getElementById("stack");
const chosen = document.getElementById("chosen");
const send = document.getElementById("send");
const progress = document.getElementById("progress");
const said = document.getElementById("said");
const problem = document.getElementById("problem");
const AT_ONCE = 3;
const files = new Map();
// One submission for the whole stack; whoever cannot guess 128 bits cannot guess it.
const submission = "w-" + [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

document.documentElement.classList.add("scripts");
send.disabled = true;

function sizeOf(file) {
  const megabytes = file.size >= 1_000_000;
  return new Intl.NumberFormat(document.documentElement.lang, {
    style: "unit", unit: megabytes ? "megabyte" : "kilobyte", maximumFractionDigits: megabytes ? 1 : 0,
  }).format(Math.max(file.size / (megabytes ? 1e6 : 1e3), file.size ? 1 : 0));
}

function part(parent, tag, className, text = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  parent.append(made);
  return made;
}

function add(found) {
  for (const file of found) {
    if (file.size === undefined || file.name.startsWith(".") || files.size >= Number(form.dataset.most)) continue;
    const item = part(chosen, "li", "");
    const name = part(item, "bdi", "name", file.name);
    part(item, "span", "note size", sizeOf(file));
    const bar = part(item, "progress", "");
    bar.max = Math.max(file.size, 1);
    bar.value = 0;
    bar.hidden = true;
    bar.setAttribute("aria-label", file.name);
    const state = part(item, "span", "state", form.dataset.ready);
    const remove = part(item, "button", "plain remove", "×");
    remove.type = "button";
    remove.setAttribute("aria-label", `${form.dataset.remove} ${name.textContent}`);
    remove.addEventListener("click", () => { files.delete(item); item.remove(); told(); });
    files.set(item, { file, bar, state, remove });
  }
  problem.hidden = files.size < Number(form.dataset.most);
  problem.textContent = form.dataset.tooMany;
  told();
}

function told() {
  stack.hidden = files.size === 0;
  send.disabled = files.size === 0;
  document.getElementById("count").textContent = files.size ? `${files.size}` : "";
}

async function walk(entry) {
  if (entry.isFile) return [await new Promise((done, fail) => entry.file(done, fail))];
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const some = await new Promise((done, fail) => reader.readEntries(done, fail));
    if (some.length === 0) return found;
    for (const one of some) found.push(...await walk(one));
  }
}

for (const id of ["files", "folder", "photo"]) {
  const input = document.getElementById(id);
  input.addEventListener("change", () => { add(input.files); input.value = ""; });
}
for (const name of ["dragenter", "dragover"]) {
  document.addEventListener(name, (event) => { event.preventDefault(); drop.classList.add("over"); });
}
for (const name of ["dragleave", "drop"]) {
  document.addEventListener(name, (event) => { if (name === "drop" || !event.relatedTarget) drop.classList.remove("over"); });
}
document.addEventListener("drop", async (event) => {
  event.preventDefault();
  const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry && item.webkitGetAsEntry());
  const loose = [...event.dataTransfer.files];
  if (entries.length && entries.every(Boolean)) {
    for (const entry of entries) add(await walk(entry));
  } else {
    add(loose);
  }
});
document.addEventListener("paste", (event) => add(event.clipboardData.files));

function saidOfAll() {
  const words = {};
  for (const name of ["ins", "type_code", "act_date"]) words[name] = form.elements[name].value.trim();
  return words;
}

async function sendOne(item, words) {
  const { file, bar, state, remove } = files.get(item);
  remove.hidden = true;
  bar.hidden = false;
  state.textContent = form.dataset.sending;
  try {
    await sendFile(file, { ...words, filename: file.name, submission }, (sent) => {
      bar.value = Math.min(sent, bar.max);
      state.textContent = form.dataset.sending;
      item.classList.remove("broken");
      all();
    }, () => {
      state.textContent = form.dataset.broken;
      item.classList.add("broken");
    });
    bar.value = bar.max;
    state.textContent = form.dataset.sent;
    item.classList.add("sent");
    return true;
  } catch (error) {
    bar.hidden = true;
    state.textContent = `${form.dataset.refused}\u202f: ${error.message}`;
    item.classList.add("refused");
    return false;
  } finally {
    all();
  }
}

function all() {
  const every = [...files.values()];
  const whole = every.reduce((sum, one) => sum + one.bar.max, 0);
  progress.value = every.reduce((sum, one) => sum + (one.bar.hidden ? one.bar.max : one.bar.value), 0) / whole;
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const items = [...files.keys()];
  if (items.length === 0) return;
  send.disabled = true;
  drop.inert = true;
  progress.hidden = false;
  said.textContent = form.dataset.sending;
  const words = saidOfAll();
  const waiting = [...items];
  const outcomes = [];
  const hand = async () => {
    for (let item = waiting.shift(); item; item = waiting.shift()) outcomes.push(await sendOne(item, words));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, hand));
  const place = `/suivi/${submission}`;
  if (outcomes.every(Boolean)) return location.assign(place);
  progress.hidden = true;
  said.textContent = "";
  const follow = document.getElementById("follow");
  follow.href = place;
  follow.hidden = !outcomes.some(Boolean);
});
addEventListener("beforeunload", (event) => { if (!progress.hidden && progress.value < 1) event.preventDefault(); });
