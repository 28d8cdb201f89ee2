// Follows a submission live: each event says that something changed, and the page's own rows are then fetched anew.
"use strict";

const live = document.getElementById("live");

if (live.dataset.settled === "no") {
  const source = new EventSource(`/api/v1/submissions/${live.dataset.submission}/changes`);
  let asked = false;
  let again = false;
  const refresh = async () => {
    again = asked;
    if (asked) return;
    asked = true;
    const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
    if (answer.ok) {
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("live");
      for (const part of ["#summary", "tbody"]) live.querySelector(part).replaceWith(fresh.querySelector(part));
      live.dataset.settled = fresh.dataset.settled;
    }
    // The longer the list, the less often it is drawn.
    await new Promise((done) => setTimeout(done, 300 + 5 * live.querySelectorAll("tbody tr").length));
    asked = false;
    if (again) refresh();
  };
  source.addEventListener("totals", refresh);
  source.addEventListener("settled", () => { source.close(); refresh(); });
}
