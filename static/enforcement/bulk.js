"use strict";
/*
 * Decisions on many accounts: the clause comes with the violation, and how far a list is is drawn
 * again while it runs. Without this script both pages work all the same.
 */
(() => {
  const form = document.querySelector("[data-bulk-form]");
  // Whoever types the code passes other violations on the way: what came with one goes with it.
  let ticked = [];
  form?.elements.violation.addEventListener("change", ({ target }) => {
    const { provision } = target.selectedOptions[0].dataset;
    for (const box of ticked) {
      box.checked = false;
    }
    ticked = [];
    for (const clause of form.querySelectorAll(".enf-clause")) {
      const box = clause.querySelector("input");
      if (provision && clause.dataset.provision === provision) {
        if (!box.checked) {
          box.checked = true;
          ticked.push(box);
        }
        clause.scrollIntoView({ block: "nearest" });
      }
    }
  });
  form?.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.ctrlKey && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit();
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
