// Sends one file by the protocol tus: a line that breaks is taken up where it broke, also after the page was closed.
"use strict";

// What one request carries: a cut costs at most this much, and a small file needs no more than one.
const PIECE = 4 * 1024 * 1024;
const SMALL = 1024 * 1024;
const LONGEST_WAIT = 20_000;
const OFFSETS = "application/offset+octet-stream";

class Refused extends Error {}

function ask(method, url, headers, body, onProgress) {
  return new Promise((done, fail) => {
    const request = new XMLHttpRequest();
    request.open(method, url);
    request.setRequestHeader("Tus-Resumable", "1.0.0");
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.responseType = "json";
    if (onProgress) request.upload.addEventListener("progress", (step) => onProgress(step.loaded));
    request.addEventListener("load", () => done(request));
    request.addEventListener("error", () => fail(new Error("line")));
    request.addEventListener("abort", () => fail(new Error("line")));
    request.send(body);
  });
}

function problemOf(answer) {
  const said = answer.response || {};
  return said.detail || said.title || String(answer.status);
}

// A name may tell of a patient: what stays in the browser is a digest.
async function digestOf(file) {
  const words = new TextEncoder().encode(`${file.name}/${file.size}/${file.lastModified}`);
  const digest = await crypto.subtle.digest("SHA-256", words);
  return "verso-" + [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function metadataOf(said) {
  return Object.entries(said).filter(([, value]) => value).map(([name, value]) => {
    const bytes = new TextEncoder().encode(value);
    return `${name} ${btoa(String.fromCharCode(...bytes))}`;
  }).join(",");
}

// Says where the file was begun before and how far that came; null where it must be begun anew.
async function takenUp(key) {
  const place = localStorage.getItem(key);
  if (!place) return null;
  const answer = await ask("HEAD", place, {});
  if (answer.status !== 200) {
    localStorage.removeItem(key);
    return null;
  }
  return { place, offset: Number(answer.getResponseHeader("Upload-Offset")), submission: answer.getResponseHeader("Verso-Submission") };
}

async function sendOnce(file, said, key, heard) {
  if (file.size <= SMALL) {
    const headers = { "Upload-Length": file.size, "Upload-Metadata": metadataOf(said), "Content-Type": OFFSETS };
    const answer = await ask("POST", "/api/v1/uploads", headers, file, (sent) => heard(sent));
    return accepted(answer, 201);
  }
  let state = await takenUp(key);
  if (!state) {
    const headers = { "Upload-Length": file.size, "Upload-Metadata": metadataOf(said) };
    const answer = accepted(await ask("POST", "/api/v1/uploads", headers, null), 201);
    state = { place: answer.getResponseHeader("Location"), offset: 0 };
    localStorage.setItem(key, state.place);
  }
  for (;;) {
    const { place, offset } = state;
    const headers = { "Upload-Offset": offset, "Content-Type": OFFSETS };
    const answer = accepted(
      await ask("PATCH", place, headers, file.slice(offset, offset + PIECE), (sent) => heard(offset + sent)), 204,
    );
    state.offset = Number(answer.getResponseHeader("Upload-Offset"));
    if (state.offset >= file.size) {
      localStorage.removeItem(key);
      return answer;
    }
  }
}

function accepted(answer, status) {
  if (answer.status === status) return answer;
  // What the world is at fault for, and what another request did meanwhile, is asked again; the rest is said to a person.
  if (answer.status >= 500 || [404, 409, 429].includes(answer.status)) throw new Error("again");
  throw new Refused(problemOf(answer));
}

// Sends a file until it is received. `heard` is told how many bytes have gone, `broken` that the line is waited for.
// Returns the submission to which it belongs.
async function sendFile(file, said, heard, broken) {
  const key = await digestOf(file);
  for (let wait = 500; ; wait = Math.min(wait * 2, LONGEST_WAIT)) {
    try {
      const answer = await sendOnce(file, said, key, (sent) => { wait = 500; heard(sent); });
      return answer.getResponseHeader("Verso-Submission");
    } catch (error) {
      if (error instanceof Refused) throw error;
      broken();
      await new Promise((done) => setTimeout(done, wait));
    }
  }
}
