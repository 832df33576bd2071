"use strict";
/*
 * Before the form is sent, the device computes a stamp for it: the address and the moment, with a
 * number for which the SHA-256 begins with as many zero bits as the form asks for. Where the browser
 * cannot, the form is sent as it is, and a smaller limit counts it.
 */
(() => {
  const form = document.querySelector("form[data-proof-bits]");
  if (!form || !window.crypto?.subtle) {
    return;
  }
  const AT_ONCE = 512;
  const bits = Number(form.dataset.proofBits);
  // The clock of a device may be wrong by hours; how far it is off was seen when the page came.
  const offset = Number(form.dataset.proofTime) - Math.floor(Date.now() / 1000);
  const status = form.querySelector("[role=status]");
  const button = form.querySelector("button[type=submit]");
  const letters = new TextEncoder();

  const leadingZeros = (digest) => {
    let zeros = 0;
    for (const byte of new Uint8Array(digest)) {
      if (byte) {
        return zeros + Math.clz32(byte) - 24;
      }
      zeros += 8;
    }
    return zeros;
  };

  const stamp = async () => {
    const lot = [...crypto.getRandomValues(new Uint8Array(16))];
    const hex = lot.map((each) => each.toString(16).padStart(2, "0")).join("");
    const now = Math.floor(Date.now() / 1000) + offset;
    const head = `${bits}:${now}:${location.pathname}:${hex}:`;
    for (let first = 0; ; first += AT_ONCE) {
      const tried = Array.from({ length: AT_ONCE }, (_each, more) => `${head}${first + more}`);
      const digests = await Promise.all(
        tried.map((each) => crypto.subtle.digest("SHA-256", letters.encode(each))),
      );
      const place = digests.findIndex((each) => leadingZeros(each) >= bits);
      if (place >= 0) {
        return tried[place];
      }
    }
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (button.disabled) {
      return;
    }
    button.disabled = true;
    status.textContent = status.dataset.computing;
    try {
      const query = new URLSearchParams(location.search);
      query.set("proof", await stamp());
      form.action = `${location.pathname}?${query}`;
    } finally {
      form.submit();
    }
  });

  // Whoever comes back by the browser's own button finds the form as it was.
  window.addEventListener("pageshow", () => {
    button.disabled = false;
    status.textContent = "";
  });
})();
