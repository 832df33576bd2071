"use strict";
/*
 * Draws the copies of a file onto a canvas. What is fetched is data: it is decoded as a picture or
 * put there as text, never opened as a page. Sensitive copies come veiled until they are asked for
 * by a request of its own, which the server puts on record first.
 */
(() => {
  if (document.querySelector("[data-evidence-waits]")) {
    window.setTimeout(() => window.location.reload(), 3000);
  }
  const viewer = document.querySelector("[data-evidence-viewer]");
  if (!viewer) {
    return;
  }
  const canvas = viewer.querySelector("[data-canvas]");
  const text = viewer.querySelector("[data-text]");
  const place = viewer.querySelector("[data-place]");
  const note = viewer.querySelector("[data-veil-note]");
  const token = viewer.querySelector("[name=csrfmiddlewaretoken]").value;
  const isSensitive = viewer.dataset.isSensitive === "1";
  const copies = [...viewer.querySelectorAll("[data-copy]")].map((item) => ({
    url: item.dataset.copy,
    isText: item.dataset.isText === "1",
    width: Number(item.dataset.width),
    height: Number(item.dataset.height),
    label: item.textContent,
  }));
  const STEP = 1.25;
  const MOVE = 60;
  const state = { index: 0, scale: 1, turns: 0, x: 0, y: 0, isShown: !isSensitive, bitmap: null };
  let asked = 0;

  const button = (name) => viewer.querySelector(`[data-does=${name}]`);

  const bounds = () => {
    const ratio = window.devicePixelRatio || 1;
    const width = Math.max(1, Math.round(canvas.clientWidth * ratio));
    const height = Math.max(1, Math.round(canvas.clientHeight * ratio));
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    return { width, height };
  };

  const draw = () => {
    const { width, height } = bounds();
    const pen = canvas.getContext("2d");
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, width, height);
    const copy = copies[state.index];
    if (!state.bitmap || copy.isText) {
      return;
    }
    pen.translate(width / 2 + state.x, height / 2 + state.y);
    pen.rotate((state.turns * Math.PI) / 2);
    pen.scale(state.scale, state.scale);
    pen.imageSmoothingQuality = "high";
    // A veil has few dots: it is stretched to the size of what it hides.
    pen.drawImage(state.bitmap, -copy.width / 2, -copy.height / 2, copy.width, copy.height);
  };

  const fit = () => {
    const { width, height } = bounds();
    const copy = copies[state.index];
    const isUpright = state.turns % 2 === 0;
    const wide = isUpright ? copy.width : copy.height;
    const high = isUpright ? copy.height : copy.width;
    state.scale = Math.min(width / wide, height / high, 4);
    state.x = 0;
    state.y = 0;
    draw();
  };

  const say = (sentence) => {
    place.textContent = sentence;
  };

  const describe = () => {
    const { label } = copies[state.index];
    say(`${label} · ${state.index + 1} ${viewer.dataset.of} ${copies.length}`);
    button("previous").disabled = state.index === 0;
    button("next").disabled = state.index === copies.length - 1;
    if (note) {
      note.hidden = state.isShown;
    }
  };

  const fetchCopy = (copy) =>
    isSensitive && state.isShown
      ? fetch(copy.url, { method: "POST", headers: { "X-CSRFToken": token } })
      : fetch(copy.url);

  const load = async () => {
    const copy = copies[state.index];
    const number = (asked += 1);
    canvas.hidden = copy.isText;
    text.hidden = !copy.isText;
    // What was shown before is gone before anything else is there.
    state.bitmap = null;
    text.textContent = "";
    draw();
    try {
      const answer = await fetchCopy(copy);
      if (!answer.ok) {
        const told = await answer.json();
        throw new Error(told.message);
      }
      if (copy.isText) {
        const told = await answer.json();
        if (number === asked) {
          text.textContent = told.text;
        }
      } else {
        const bitmap = await createImageBitmap(await answer.blob());
        if (number === asked) {
          state.bitmap = bitmap;
          fit();
        }
      }
      if (number === asked) {
        describe();
        viewer.dataset.loaded = String(state.index + 1);
      }
    } catch (problem) {
      if (number === asked) {
        state.isShown = !isSensitive;
        describe();
        say(`${viewer.dataset.failed} ${problem.message || ""}`);
      }
    }
  };

  const zoom = (factor) => {
    state.scale = Math.min(16, Math.max(0.02, state.scale * factor));
    state.x *= factor;
    state.y *= factor;
    draw();
  };

  const leaf = (step) => {
    const index = state.index + step;
    if (index >= 0 && index < copies.length) {
      state.index = index;
      state.turns = 0;
      load();
    }
  };

  const acts = {
    previous: () => leaf(-1),
    next: () => leaf(1),
    larger: () => zoom(STEP),
    smaller: () => zoom(1 / STEP),
    fit,
    turn: () => {
      state.turns = (state.turns + 1) % 4;
      fit();
    },
    show: () => {
      if (!state.isShown) {
        state.isShown = true;
        load();
      }
    },
    veil: () => {
      if (state.isShown) {
        state.isShown = false;
        load();
      }
    },
  };

  viewer.addEventListener("click", (event) => {
    const pressed = event.target instanceof Element && event.target.closest("[data-does]");
    if (pressed) {
      acts[pressed.dataset.does]();
    }
  });

  canvas.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[
      event.key
    ];
    if (way && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      state.x += way[0] * MOVE;
      state.y += way[1] * MOVE;
      draw();
    }
  });

  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (event.buttons & 1) {
      const ratio = window.devicePixelRatio || 1;
      state.x += event.movementX * ratio;
      state.y += event.movementY * ratio;
      draw();
    }
  });
  canvas.addEventListener(
    "wheel",
    (event) => {
      if (event.ctrlKey) {
        event.preventDefault();
        zoom(event.deltaY < 0 ? STEP : 1 / STEP);
      }
    },
    { passive: false },
  );

  new ResizeObserver(draw).observe(canvas);
  // Nobody who passes by later sees what was shown before.
  window.addEventListener("pagehide", () => {
    if (isSensitive) {
      state.isShown = false;
      state.bitmap = null;
      draw();
    }
  });
  load();
})();
