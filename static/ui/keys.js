"use strict";
/*
 * Keys for buttons and links, declared on them: data-key="a", or data-key="g d" for one after the
 * other. data-key-label names what the key does where the text of the element does not.
 * "?" lists what the page offers.
 */
(() => {
  const PATIENCE = 1200;
  const texts = document.body.dataset;
  let typed = [];
  let timer = 0;

  const isTyping = (target) =>
    target instanceof Element &&
    (target.closest("input, textarea, select, [contenteditable]:not([contenteditable=false])") !==
      null ||
      target.isContentEditable);

  const isUsable = (element) =>
    element.getClientRects().length > 0 &&
    !element.disabled &&
    element.getAttribute("aria-disabled") !== "true";

  const bound = () => [...document.querySelectorAll("[data-key]")].filter(isUsable);

  const labelOf = (element) =>
    element.dataset.keyLabel ||
    element.getAttribute("aria-label") ||
    [...element.childNodes]
      .filter(
        (node) =>
          !(node instanceof Element) || !node.matches("[aria-hidden=true], .material-symbols-outlined"),
      )
      .map((node) => node.textContent)
      .join(" ")
      .replace(/\s+/g, " ")
      .trim();

  const isCovered = () => {
    if (document.querySelector("dialog[open]")) {
      return true;
    }
    const palette = document.getElementById("search-input-command");
    return palette !== null && palette.getClientRects().length > 0;
  };

  const activate = (element) => {
    if (element.matches("input:not([type=button]):not([type=submit]), textarea, select")) {
      element.focus();
      return;
    }
    element.focus({ preventScroll: true });
    element.click();
    // What opened is typed into at once: whoever knows the keys does not wait for the event.
    if (element.matches("details[open] > summary")) {
      element.parentElement.querySelector("select, input[type=text], textarea")?.focus();
    }
  };

  const build = (tag, className, text) => {
    const element = document.createElement(tag);
    element.className = className;
    if (text) {
      element.textContent = text;
    }
    return element;
  };

  const rows = () => {
    const found = new Map();
    for (const element of bound()) {
      if (!found.has(element.dataset.key)) {
        found.set(element.dataset.key, labelOf(element));
      }
    }
    if (document.getElementById("searchbar")) {
      found.set("/", texts.keysSearch);
    }
    if (document.getElementById("search-input-command")) {
      found.set("Ctrl K", texts.keysPalette);
    }
    found.set("?", texts.keysHelp);
    found.set("Esc", texts.keysClose);
    return found;
  };

  const showOverlay = () => {
    const opener = document.activeElement;
    const dialog = build("dialog", "ui-keys");
    dialog.setAttribute("aria-labelledby", "ui-keys-title");
    const head = build("div", "ui-keys__head");
    const title = build("h2", "ui-card__title", texts.keysTitle);
    title.id = "ui-keys-title";
    const close = build("button", "ui-button", texts.keysClose);
    close.type = "button";
    close.addEventListener("click", () => dialog.close());
    head.append(title, close);
    const list = build("dl", "ui-keys__list");
    for (const [key, label] of rows()) {
      const row = build("div", "ui-keys__row");
      const term = build("dt", "ui-keys__keys");
      for (const part of key.split(" ")) {
        term.append(build("kbd", "ui-kbd", part));
      }
      row.append(term, build("dd", "", label));
      list.append(row);
    }
    dialog.append(head, list);
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog) {
        dialog.close();
      }
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      if (opener instanceof HTMLElement) {
        opener.focus();
      }
    });
    document.body.append(dialog);
    dialog.showModal();
    close.focus();
  };

  const forget = () => {
    typed = [];
    window.clearTimeout(timer);
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.repeat) {
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1) {
      return;
    }
    if (isTyping(event.target) || isCovered()) {
      forget();
      return;
    }
    if (event.key === "?") {
      event.preventDefault();
      forget();
      showOverlay();
      return;
    }
    typed.push(event.key.toLowerCase());
    const offered = bound();
    let sequence = typed.join(" ");
    if (!offered.some((element) => `${element.dataset.key} `.startsWith(`${sequence} `))) {
      typed = [event.key.toLowerCase()];
      sequence = typed[0];
    }
    const exact = offered.find((element) => element.dataset.key === sequence);
    const isPrefix = offered.some((element) => element.dataset.key.startsWith(`${sequence} `));
    window.clearTimeout(timer);
    if (exact) {
      event.preventDefault();
      forget();
      activate(exact);
    } else if (isPrefix) {
      event.preventDefault();
      timer = window.setTimeout(forget, PATIENCE);
    } else {
      forget();
    }
  });

  // The theme draws the rows of a list of records; numbers open them, as in our own lists.
  [...document.querySelectorAll("#result_list tbody th > a[href]")].slice(0, 9).forEach((link, place) => {
    link.dataset.key = String(place + 1);
  });

  for (const element of document.querySelectorAll("[data-key]")) {
    // A sequence of keys has no notation in ARIA; single keys do.
    if (element.dataset.key.length === 1) {
      element.setAttribute("aria-keyshortcuts", element.dataset.key);
    }
  }
})();
