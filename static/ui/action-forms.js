"use strict";
/* Forms of one action: ready-made reasons, focus, and one submission only. */
(() => {
  document.addEventListener("change", (event) => {
    const select = event.target;
    if (!(select instanceof HTMLSelectElement) || !select.dataset.fills) {
      return;
    }
    const area = document.getElementById(select.dataset.fills);
    if (!area || !select.value) {
      return;
    }
    const current = area.value.trim();
    const readyMade = [...select.options].map((option) => option.value.trim()).filter(Boolean);
    // What somebody typed is never thrown away: a template is put below it.
    area.value =
      current === "" || readyMade.includes(current) ? select.value : `${current}\n${select.value}`;
    area.dispatchEvent(new Event("input", { bubbles: true }));
    area.focus();
  });

  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element && event.target.closest("[data-closes-action]");
    if (!button) {
      return;
    }
    const details = button.closest("details");
    details.open = false;
    details.querySelector("summary").focus();
  });

  document.addEventListener(
    "toggle",
    (event) => {
      const details = event.target;
      if (details instanceof HTMLDetailsElement && details.matches(".ui-action") && details.open) {
        const area = details.querySelector("select, input[type=text], textarea");
        // Not where somebody has gone on to a field already.
        if (area && document.activeElement === details.querySelector("summary")) {
          area.focus();
        }
      }
    },
    true,
  );

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || event.isComposing) {
      return;
    }
    const details =
      event.target instanceof Element && event.target.closest("details.ui-action[open]");
    if (details) {
      details.open = false;
      details.querySelector("summary").focus();
    }
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-once]")) {
      return;
    }
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    form.setAttribute("aria-busy", "true");
  });

  // A page that comes back from the browser's memory may be sent again.
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-once][data-sent]")) {
      delete form.dataset.sent;
      form.removeAttribute("aria-busy");
    }
  });
})();
