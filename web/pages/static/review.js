// Makes the best guesses one key away, and lets what is typed or chosen beside a list take its place.
"use strict";

const form = document.getElementById("decision");

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input:not([type=radio]), select")) return;
  const guess = form.querySelector(`input[data-key="${CSS.escape(event.key)}"]`);
  if (guess) {
    guess.checked = true;
    guess.focus();
  }
});

for (const other of form.querySelectorAll("[data-other]")) {
  other.addEventListener("input", () => {
    const name = other.dataset.other;
    const filled = other.value.trim() !== "";
    for (const radio of form.querySelectorAll(`input[type=radio][name="${name}"]`)) {
      if (filled) radio.checked = false;
    }
    other.name = filled ? name : "";
  });
  for (const radio of form.querySelectorAll(`input[type=radio][name="${other.dataset.other}"]`)) {
    radio.addEventListener("change", () => { other.value = ""; other.name = ""; });
  }
}
