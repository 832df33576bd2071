"use strict";
/*
 * While the page of a held work item is open and looked at, its lease is extended. When the lease
 * is gone the page says who has the item and offers no act any more, so that nobody types in vain.
 */
(() => {
  const holding = document.querySelector("[data-heart-beat]");
  if (!holding) {
    return;
  }
  // Our choice; a third of the shortest lease that we give.
  const EVERY = 5 * 60 * 1000;
  const token = () => document.querySelector("[name=csrfmiddlewaretoken]").value;

  const beat = async () => {
    if (document.hidden) {
      return;
    }
    const body = new URLSearchParams({ fence: holding.dataset.fence });
    const response = await fetch(holding.dataset.heartBeat, {
      method: "POST",
      headers: { "X-CSRFToken": token() },
      body,
    });
    if (response.status === 409) {
      const answer = await response.json();
      const lost = holding.querySelector(".ui-holding__lost");
      lost.textContent = answer.message;
      lost.hidden = false;
      clearInterval(timer);
      document.querySelectorAll(".ui-actions button").forEach((button) => {
        button.disabled = true;
      });
    }
  };
  const timer = setInterval(() => beat().catch(() => {}), EVERY);
})();
