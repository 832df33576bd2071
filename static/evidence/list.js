"use strict";
/* Evidence of a case: draws the list again while files are checked; takes pictures from the clipboard. */
(() => {
  const PAUSE = 3000;
  const list = document.querySelector("[data-evidence-list]");

  const refresh = async () => {
    const answer = await fetch(list.dataset.evidenceList).catch(() => null);
    if (answer && answer.ok) {
      const drawn = new DOMParser().parseFromString(await answer.text(), "text/html");
      const focused = list.contains(document.activeElement);
      const before = list.textContent;
      if (!focused && drawn.body.textContent !== before) {
        list.replaceChildren(...drawn.body.childNodes);
      }
    }
    window.setTimeout(refresh, PAUSE);
  };
  if (list) {
    window.setTimeout(refresh, PAUSE);
  }

  const form = document.querySelector("[data-evidence-form]");
  if (form) {
    document.addEventListener("paste", (event) => {
      const pasted = [...event.clipboardData.files];
      const details = form.closest("details");
      if (!pasted.length || !details.open) {
        return;
      }
      event.preventDefault();
      const chooser = form.elements.files;
      const all = new DataTransfer();
      for (const file of [...chooser.files, ...pasted]) {
        all.items.add(file);
      }
      chooser.files = all.files;
    });
  }
})();
