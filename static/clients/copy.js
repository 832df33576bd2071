"use strict";
/* Copies what a field shows. Where the browser refuses, the text is selected for the keyboard. */
(() => {
  document.addEventListener("click", async (event) => {
    const button = event.target instanceof Element && event.target.closest("[data-copies]");
    if (!button) {
      return;
    }
    const field = document.getElementById(button.dataset.copies);
    field.focus();
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      return;
    }
    button.parentElement.querySelector("[role=status]").textContent = button.dataset.said;
  });
})();
