"use strict";
/*
 * Keeps mobile numbers, document numbers and e-mail addresses out of addresses: what is typed into
 * a search box stands in the address of its answer. A form marked data-guards-identity, and the
 * palette, send no such value and say why instead; the server holds to the same.
 */
(() => {
  const UID = /^uid:\s*\S+$/i;
  // The expressions of compliance/ui/search.py: part of a longer number or word they are not meant.
  const MOBILE = /(?<![0-9A-Za-z_-])(?:\+?86)?1[3-9][0-9]{9}(?![0-9A-Za-z_-])/;
  const PERSONAL_NUMBER = /(?<![0-9A-Za-z_-])[0-9]{6}(?:19|20)[0-9]{9}[0-9Xx](?![0-9A-Za-z_-])/;
  const ADDRESS = /[^\s@]+@[^\s@]+\.[^\s@]+/;
  const WHOLE = /^(?:(?:\+?86)?1[3-9][0-9]{9}|[0-9]{6}(?:19|20)[0-9]{9}[0-9Xx])$/;

  const isIdentity = (typed) => {
    const written = typed.normalize("NFKC").trim();
    if (UID.test(written)) {
      return false;
    }
    const holdsOne = [MOBILE, PERSONAL_NUMBER, ADDRESS].some((shape) => shape.test(written));
    return holdsOne || WHOLE.test(written.replace(/[\s-]+/g, ""));
  };

  const tell = (place, holdsBack) => {
    const note = place && place.querySelector("[data-identity-note]");
    if (note) {
      note.hidden = !holdsBack;
    }
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !form.matches("[data-guards-identity]")) {
      return;
    }
    const holdsBack = [...form.querySelectorAll("input[type=search]")].some((input) =>
      isIdentity(input.value),
    );
    tell(form, holdsBack);
    if (holdsBack) {
      event.preventDefault();
    }
  });

  document.addEventListener("htmx:beforeRequest", (event) => {
    const box = event.target;
    if (!(box instanceof HTMLInputElement) || box.id !== "search-input-command") {
      return;
    }
    const holdsBack = isIdentity(box.value);
    tell(box.closest("[role=dialog]"), holdsBack);
    if (holdsBack) {
      // What was found for fewer characters would pass for the answer.
      document.getElementById("command-results").replaceChildren();
      event.preventDefault();
    }
  });
})();
