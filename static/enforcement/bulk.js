"use strict";
/*
 * Decisions on many accounts: the clause comes with the violation, and how far a list is is drawn
 * again while it runs. Without this script both pages work all the same.
 */
(() => {
  const form = document.querySelector("[data-bulk-form]");
  form?.elements.violation.addEventListener("change", ({ target }) => {
    const { provision } = target.selectedOptions[0].dataset;
    for (const clause of form.querySelectorAll(".enf-clause")) {
      if (provision && clause.dataset.provision === provision) {
        clause.querySelector("input").checked = true;
        clause.scrollIntoView({ block: "nearest" });
      }
    }
  });

  // Our choice.
  const PAUSE = 3000;
  const running = document.querySelector("[data-progress]");

  const refresh = async () => {
    const answer = document.hidden
      ? null
      : await fetch(running.dataset.progress, { redirect: "manual" }).catch(() => null);
    if (answer && answer.ok && !running.contains(document.activeElement)) {
      const drawn = new DOMParser().parseFromString(await answer.text(), "text/html");
      running.replaceChildren(...drawn.body.childNodes);
    }
    window.setTimeout(refresh, PAUSE);
  };
  if (running) {
    window.setTimeout(refresh, PAUSE);
  }
})();
