// Follows a submission live: each event says that something changed, and the page's own rows are then fetched anew.
"use strict";

const live = document.getElementById("live");
// What a browser gives up by itself (a proxy's 502 while the server restarts) is asked for again.
const AGAIN = 3000;
let asked = false;
let again = false;

async function refresh() {
  again = asked;
  if (asked) return;
  asked = true;
  try {
    const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
    if (answer.ok) {
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("live");
      for (const part of ["#summary", "tbody"]) live.querySelector(part).replaceWith(fresh.querySelector(part));
      live.dataset.settled = fresh.dataset.settled;
    } else {
      again = true;
    }
  } catch {
    again = true;
  }
  // The longer the list, the less often it is drawn.
  await new Promise((done) => setTimeout(done, 300 + 5 * live.querySelectorAll("tbody tr").length));
  asked = false;
  if (again) refresh();
}

function follow() {
  const source = new EventSource(`/api/v1/submissions/${live.dataset.submission}/changes`);
  source.addEventListener("totals", refresh);
  source.addEventListener("settled", () => { source.close(); refresh(); });
  source.addEventListener("error", () => {
    if (source.readyState === EventSource.CLOSED) setTimeout(follow, AGAIN);
  });
}

if (live.dataset.settled === "no") follow();
