// Gathers what is dropped, pasted, photographed or chosen, sends it in one submission, and leads on to its progress.
"use strict";

const form = document.getElementById("deposit");
const drop = document.getElementById("drop");
const chosen = document.getElementById("chosen");
const send = document.getElementById("send");
const progress = document.getElementById("progress");
const problem = document.getElementById("problem");
const files = [];

function add(found) {
  for (const file of found) {
    if (file.size === undefined || file.name.startsWith(".")) continue;
    files.push(file);
    const item = document.createElement("li");
    const name = document.createElement("bdi");
    name.textContent = file.name;
    const size = document.createElement("span");
    size.className = "note";
    size.textContent = new Intl.NumberFormat(document.documentElement.lang, {
      style: "unit", unit: "kilobyte", maximumFractionDigits: 0,
    }).format(Math.max(1, file.size / 1000));
    item.append(name, size);
    chosen.append(item);
  }
  send.disabled = files.length === 0;
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
  drop.addEventListener(name, (event) => { event.preventDefault(); drop.classList.add("over"); });
}
for (const name of ["dragleave", "drop"]) {
  drop.addEventListener(name, () => drop.classList.remove("over"));
}
drop.addEventListener("drop", async (event) => {
  event.preventDefault();
  const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry && item.webkitGetAsEntry());
  if (entries.every(Boolean) && entries.length) {
    for (const entry of entries) add(await walk(entry));
  } else {
    add(event.dataTransfer.files);
  }
});
document.addEventListener("paste", (event) => add(event.clipboardData.files));

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (files.length === 0) return;
  const body = new FormData();
  for (const name of ["ins", "type_code", "act_date"]) {
    const value = form.elements[name].value.trim();
    if (value) body.append(name, value);
  }
  for (const file of files) body.append("file", file, file.name);
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.setRequestHeader("Idempotency-Key", key);
  request.responseType = "json";
  request.upload.addEventListener("progress", (step) => {
    if (step.lengthComputable) progress.value = step.loaded / step.total;
  });
  request.addEventListener("load", () => {
    if (request.status === 202) {
      location.assign(`/suivi/${request.response.submission}`);
    } else {
      fail((request.response && (request.response.detail || request.response.title)) || request.statusText);
    }
  });
  request.addEventListener("error", () => fail(form.dataset.broken || "✕"));
  problem.hidden = true;
  progress.hidden = false;
  send.disabled = true;
  request.send(body);
});

// The same key whenever this page's files are sent again: nothing is ever doubled.
const key = crypto.randomUUID();

function fail(sentence) {
  problem.textContent = sentence;
  problem.hidden = false;
  progress.hidden = true;
  send.disabled = false;
}
