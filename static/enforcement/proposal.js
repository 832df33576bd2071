"use strict";
/*
 * The form in which a decision is written: the catalogue's severity, clause and step of the ladder
 * come with the violation, the reason for a deviation is asked for where there is one, clauses can
 * be searched, days choose their measure, Ctrl+Enter looks at what will happen. Without this script
 * the form works all the same.
 */
(() => {
  const form = document.getElementById("proposal");
  if (!form) {
    return;
  }
  const violation = form.elements.violation;
  const severity = form.elements.severity;
  const statute = form.elements.statute;
  const clauses = [...form.querySelectorAll(".enf-clause")];
  const boxOf = (clause) => clause.querySelector("input");
  let ticked = [];

  const chosen = () => violation.selectedOptions[0];

  const offerSeverities = () => {
    const { lowest, highest } = chosen().dataset;
    for (const option of severity.options) {
      option.disabled =
        Boolean(option.value && lowest) &&
        (Number(option.value) < Number(lowest) || Number(option.value) > Number(highest));
    }
  };

  const askForStatute = () => {
    const isNeeded = "needsStatute" in chosen().dataset;
    statute.required = isNeeded;
    document.getElementById("statute-needed").hidden = !isNeeded;
  };

  const showCited = () => {
    const cited = clauses.find((clause) => boxOf(clause).checked);
    if (cited) {
      const list = cited.parentElement;
      // The name of the document stays above it.
      list.scrollTop += cited.getBoundingClientRect().top - list.getBoundingClientRect().top - 40;
    }
  };

  const tickItsClause = () => {
    const { provision } = chosen().dataset;
    for (const box of ticked) {
      box.checked = false;
    }
    ticked = [];
    for (const clause of clauses) {
      if (provision && clause.dataset.provision === provision && !boxOf(clause).checked) {
        boxOf(clause).checked = true;
        ticked.push(boxOf(clause));
      }
    }
    showCited();
  };

  const ladder = document.getElementById("ladder");
  const deviation = document.getElementById("deviation");
  const measureBoxes = [...form.querySelectorAll("[name=measures]")];
  const functionBoxes = [...form.querySelectorAll("[name=functions]")];
  const termOf = (measure) => form.elements[`term_${measure}`];

  const proposed = () => {
    const panel = ladder.querySelector("[data-orders]");
    return panel ? JSON.parse(panel.dataset.orders) : null;
  };

  const ordered = () =>
    measureBoxes
      // What is done about contents alone is no departure from any step.
      .filter((box) => box.checked && !("mildest" in box.dataset))
      .map((box) => ({
        measure: box.value,
        term_days: Number(termOf(box.value)?.value) || null,
        functions: functionBoxes
          .filter((each) => each.checked && each.dataset.chooses === box.value)
          .map((each) => each.value)
          .sort(),
      }));

  const inWords = (orders) =>
    JSON.stringify([...orders].sort((one, other) => (one.measure < other.measure ? -1 : 1)));

  // What was filled in by the step is filled in anew when the step changes; what somebody chose is not.
  let filled = "";

  const showDeviation = () => {
    const step = proposed();
    const isOnLadder = step !== null && inWords(step) === inWords(ordered());
    const isWritten =
      form.elements.deviation_reason.value || form.elements.deviation_note.value.trim();
    deviation.hidden = !isWritten && (step === null || isOnLadder || ordered().length === 0);
    const take = document.getElementById("take-step");
    if (take) {
      take.hidden = isOnLadder;
    }
  };

  // What the violation does not allow cannot be chosen; what was chosen can be given up.
  const offerAllowed = () => {
    const allowed = ladder.querySelector("[data-allowed]")?.dataset.allowed.split(" ");
    for (const box of measureBoxes) {
      box.disabled = Boolean(allowed) && !allowed.includes(box.value) && !box.checked;
      for (const detail of form.querySelectorAll(`[data-chooses="${box.value}"]`)) {
        detail.disabled = box.disabled;
      }
    }
  };

  const takeStep = () => {
    const step = proposed();
    if (step === null) {
      return;
    }
    for (const box of measureBoxes.filter((each) => !("mildest" in each.dataset))) {
      const order = step.find((each) => each.measure === box.value);
      box.checked = Boolean(order);
      if (termOf(box.value)) {
        termOf(box.value).value = order?.term_days ?? "";
      }
    }
    for (const box of functionBoxes) {
      const order = step.find((each) => each.measure === box.dataset.chooses);
      box.checked = Boolean(order?.functions.includes(box.value));
    }
    filled = inWords(ordered());
    showDeviation();
  };

  const askedWords = () => {
    const words = new URLSearchParams({ violation: violation.value, severity: severity.value });
    for (const box of form.querySelectorAll("[name=factors]:checked")) {
      words.append("factors", box.value);
    }
    for (const order of ordered()) {
      words.append("measures", order.measure);
      words.append(`term_${order.measure}`, order.term_days ?? "");
      for (const each of order.functions) {
        words.append("functions", each);
      }
    }
    return words;
  };

  let asked = "";
  const askLadder = async () => {
    const words = askedWords();
    asked = words.toString();
    const response = await fetch(`${form.dataset.ladder}?${words}`, {
      headers: { Accept: "text/html" },
    });
    // A slow answer about what is no longer chosen is not shown.
    if (!response.ok || asked !== words.toString()) {
      return null;
    }
    return new DOMParser().parseFromString(await response.text(), "text/html");
  };

  // How what is ordered now stands to the comparable decisions.
  const showPresent = async () => {
    const page = ladder.querySelector("[data-present]") ? await askLadder() : null;
    const now = page?.querySelector("[data-present]");
    if (now) {
      ladder.querySelector("[data-present]")?.replaceChildren(...now.childNodes);
    }
  };

  const showLadder = async () => {
    const page = await askLadder();
    if (page === null) {
      return;
    }
    ladder.replaceChildren(...page.body.childNodes);
    const now = inWords(ordered());
    if (now === "[]" || now === filled) {
      takeStep();
    }
    offerAllowed();
    showDeviation();
    await showPresent();
  };
  ladder.addEventListener("click", ({ target }) => {
    if (target.closest("#take-step")) {
      takeStep();
      showPresent().catch(() => {});
    }
  });
  for (const each of [severity, ...form.querySelectorAll("[name=factors]")]) {
    each.addEventListener("change", () => {
      showLadder().catch(() => {});
    });
  }
  form.addEventListener("input", showDeviation);
  form.addEventListener("change", ({ target }) => {
    if (/^(measures|functions|term_.*)$/.test(target.name)) {
      showPresent().catch(() => {});
    }
  });
  showDeviation();
  offerAllowed();

  const askAll = () => {
    offerSeverities();
    askForStatute();
    showLadder().catch(() => {});
  };
  violation.addEventListener("change", () => {
    severity.value = chosen().dataset.severity || "";
    tickItsClause();
    askAll();
  });
  if (violation.value) {
    askAll();
  }

  const search = document.getElementById("clause-search");
  const narrow = () => {
    const words = search.value.trim().toLowerCase().split(/\s+/);
    let isAny = false;
    for (const clause of clauses) {
      const text = clause.textContent.toLowerCase();
      const isFound = words.every((word) => text.includes(word));
      // What is cited stays in sight.
      clause.hidden = !isFound && !boxOf(clause).checked;
      isAny ||= isFound;
    }
    document.getElementById("clauses-none").hidden = isAny;
  };
  search.addEventListener("input", narrow);
  search.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && search.value) {
      search.value = "";
      narrow();
      event.stopPropagation();
    }
    if (event.key === "Enter" && !event.ctrlKey && !event.isComposing) {
      // The only clause that is left is the one that is meant.
      event.preventDefault();
      const left = clauses.filter((clause) => !clause.hidden && !boxOf(clause).checked);
      if (left.length === 1) {
        boxOf(left[0]).checked = true;
        search.value = "";
        narrow();
      }
    }
  });

  const isGiven = (detail) => (detail.type === "checkbox" ? detail.checked : Boolean(detail.value));
  for (const detail of form.querySelectorAll("[data-chooses]")) {
    detail.addEventListener("input", () => {
      const measure = detail.dataset.chooses;
      const details = [...form.querySelectorAll(`[data-chooses="${measure}"]`)];
      const box = form.querySelector(`[name=measures][value="${measure}"]`);
      box.checked = details.some(isGiven);
    });
  }

  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.ctrlKey && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit(document.getElementById("look"));
    }
  });

  // Whoever attaches files while they write goes on writing here: the answer opens beside it.
  form.addEventListener(
    "input",
    () => {
      for (const attaching of document.querySelectorAll("[data-evidence-form]")) {
        attaching.target = "_blank";
        attaching.rel = "noopener";
      }
    },
    { once: true },
  );

  // What was looked at came as the answer to a form. Once it is proposed, "back" opens the case as
  // it then is, instead of offering to send the form again.
  form.addEventListener("submit", ({ submitter }) => {
    if (submitter?.value === "propose") {
      history.replaceState(null, "", location.pathname + location.search);
    }
  });

  // Only a page that is laid out can be scrolled.
  window.addEventListener("load", () => {
    showCited();
    const first = form.querySelector(".enf-refusal") || document.getElementById("preview");
    if (first) {
      first.focus();
    }
  });
})();
