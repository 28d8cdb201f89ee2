// Follows a submission live: each event says that something changed, and the page's own rows are then fetched anew.
"use strict";

const live = document.getElementById("live");

if (live.dataset.settled === "no") {
  const source = new EventSource(`/api/v1/submissions/${live.dataset.submission}/changes`);
  let waiting = false;
  const refresh = async () => {
    if (waiting) return;
    waiting = true;
    await new Promise((done) => setTimeout(done, 300));
    waiting = false;
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("live");
    live.querySelector(".totals").replaceWith(fresh.querySelector(".totals"));
    live.querySelector("tbody").replaceWith(fresh.querySelector("tbody"));
    live.dataset.settled = fresh.dataset.settled;
  };
  source.addEventListener("totals", refresh);
  source.addEventListener("settled", () => { source.close(); refresh(); });
}
