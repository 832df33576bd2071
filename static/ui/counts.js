"use strict";
/*
 * Keeps the figures beside the sidebar's lines, and the one before the title, fresh while the page
 * is looked at. Nothing is asked for while nobody looks, and nothing any more once the session is
 * over.
 */
(() => {
  const address = document.body.dataset.countsUrl;
  if (!address) {
    return;
  }
  // Our choice.
  const EVERY = 60 * 1000;
  let timer = 0;
  let asked = Date.now();

  const show = (answer) => {
    for (const figure of document.querySelectorAll("[data-count]")) {
      const number = answer.counts[figure.dataset.count] || 0;
      figure.textContent = String(number);
      figure.hidden = number === 0;
    }
    const bare = document.title.replace(/^\(\d+\)\s*/, "").trim();
    document.title = answer.total ? `(${answer.total}) ${bare}` : bare;
  };

  const ask = async () => {
    asked = Date.now();
    const response = await fetch(address, {
      headers: { Accept: "application/json" },
      redirect: "manual",
    });
    if (!response.ok) {
      clearInterval(timer);
      return;
    }
    show(await response.json());
  };

  const askQuietly = () => {
    if (!document.hidden) {
      // A server that is away for a moment is asked again a minute later.
      ask().catch(() => {});
    }
  };

  timer = setInterval(askQuietly, EVERY);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && Date.now() - asked > EVERY) {
      askQuietly();
    }
  });
})();
