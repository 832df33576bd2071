"use strict";
/*
 * While the page of a held work item is open and looked at, its lease is extended. Where that does
 * not succeed the page warns before the lease runs out; when the lease is gone it says who has the
 * item, and why, and offers no act any more, so that nobody types in vain. What is typed stays.
 */
(() => {
  const holding = document.querySelector("[data-heart-beat]");
  if (!holding) {
    return;
  }
  // Our choices: a third of the shortest lease that we give, and as long as a sentence takes.
  const EVERY = 5 * 60 * 1000;
  const WARN_BEFORE = 3 * 60 * 1000;
  const LOOK_EVERY = 10 * 1000;
  const warning = holding.querySelector(".ui-holding__warning");
  const lost = holding.querySelector(".ui-holding__lost");
  let until = Date.parse(holding.dataset.until);
  let isLost = false;
  let isOpened = false;
  let beaten = 0;
  const token = () => document.querySelector("[name=csrfmiddlewaretoken]").value;
  const clock = (at) =>
    new Date(at).toLocaleTimeString(document.documentElement.lang, {
      hour: "2-digit",
      minute: "2-digit",
    });

  const lose = (message) => {
    isLost = true;
    warning.hidden = true;
    lost.textContent = message;
    lost.hidden = false;
    document.querySelectorAll(".ui-actions button").forEach((button) => {
      button.disabled = true;
    });
  };

  const look = () => {
    const isClose = until - Date.now() < WARN_BEFORE;
    if (isClose && warning.hidden) {
      warning.textContent = warning.dataset.text.replace("{time}", clock(until));
    }
    warning.hidden = !isClose || isLost;
  };

  const beat = async () => {
    if (document.hidden || isLost) {
      return;
    }
    beaten = Date.now();
    const body = new URLSearchParams({ fence: holding.dataset.fence });
    if (!isOpened) {
      body.set("opened", "1");
    }
    const response = await fetch(holding.dataset.heartBeat, {
      method: "POST",
      headers: { "X-CSRFToken": token() },
      body,
    });
    if (response.status === 409) {
      lose((await response.json()).message);
    } else if (response.status === 200) {
      isOpened = true;
      until = Date.parse((await response.json()).until);
      look();
    }
  };

  const beatQuietly = () => beat().catch(() => {});
  // At once: what was handed over is accepted by opening it.
  beatQuietly();
  setInterval(beatQuietly, EVERY);
  setInterval(() => {
    look();
    // The clock of a sleeping machine stands still; so does a page that nobody looked at.
    if (!isLost && until - Date.now() < WARN_BEFORE && Date.now() - beaten > LOOK_EVERY) {
      beatQuietly();
    }
  }, LOOK_EVERY);
  document.addEventListener("visibilitychange", beatQuietly);
})();
