// Evaluated in a page by test_every_page.py: what is wrong with it, in words.
(language) => {
  const said = [];
  const visible = (node) =>
    node.checkVisibility({ visibilityProperty: true, opacityProperty: false }) &&
    !node.closest("[inert]");
  const named = (node) => {
    const text = node.outerHTML.replace(/\s+/g, " ").slice(0, 140);
    return `<${text}>`;
  };

  window.checkWidth = () => {
    const root = document.documentElement;
    if (root.scrollWidth <= window.innerWidth) return [];
    const over = [...document.querySelectorAll("body *")]
      .filter((node) => visible(node) && node.getBoundingClientRect().right > window.innerWidth + 1)
      .slice(0, 2)
      .map(named);
    return [`${root.scrollWidth} px wide where ${window.innerWidth} are there: ${over.join(" ")}`];
  };

  window.checkWay = () =>
    [...document.querySelectorAll("#header-inner h1, #header-inner h1 > *")]
      .filter((node) => node.scrollWidth > node.clientWidth + 1 && getComputedStyle(node).overflow !== "visible")
      .map((node) => `cut in the way to the page: ${named(node)}`);

  const isOurs = location.pathname.startsWith("/public/") || / · 核验台$/.test(document.title);
  if (!document.title.trim() || !isOurs) said.push(`title: ${document.title}`);
  if (document.documentElement.lang !== language) said.push(`lang ${document.documentElement.lang}`);
  const headings = [...document.querySelectorAll("h1")].filter((node) => node.textContent.trim());
  if (headings.length !== 1) said.push(`${headings.length} h1`);
  const ids = [...document.querySelectorAll("[id]")].map((node) => node.id);
  const twice = ids.filter((id, place) => id && ids.indexOf(id) !== place);
  if (twice.length) said.push(`ids given twice: ${[...new Set(twice)].join(", ")}`);

  for (const field of document.querySelectorAll("input, select, textarea")) {
    if (field.type === "hidden" || !visible(field)) continue;
    const label = [...(field.labels || [])].some((each) => each.textContent.trim());
    const other = ["aria-label", "aria-labelledby", "title"].some((name) => field.getAttribute(name));
    const button = ["submit", "button"].includes(field.type) && field.value;
    if (!label && !other && !button) said.push(`no label: ${named(field)}`);
  }
  for (const image of document.images) {
    if (!image.hasAttribute("alt")) said.push(`no alt: ${named(image)}`);
  }

  const interactive = "a[href], button, input, select, textarea, summary, [tabindex], [role=button]";
  for (const node of document.querySelectorAll(interactive)) {
    if (node.disabled || node.type === "hidden" || !visible(node)) continue;
    // What only a key presses; the page has a button in sight for the same.
    if (node.closest(".ui-shortcuts")) continue;
    const isControl = node.matches("a, button, summary, [role=button]");
    const name = node.textContent.trim() || node.getAttribute("aria-label") || node.title ||
      node.querySelector("img[alt]")?.alt;
    if (isControl && !name) said.push(`no name: ${named(node)}`);
    // Taken out of the order on purpose: what says so itself is no way to act.
    if (node.getAttribute("tabindex") === "-1") {
      if (isControl && !node.hasAttribute("aria-hidden")) said.push(`not by Tab: ${named(node)}`);
      continue;
    }
    if (node.tabIndex < 0) {
      said.push(`not by Tab: ${named(node)}`);
      continue;
    }
    const looks = () =>
      [node, node.parentElement, ...(node.labels || [])].map((each) => {
        const style = getComputedStyle(each);
        return [style.outlineStyle, style.outlineWidth, style.outlineColor, style.boxShadow,
          style.borderColor, style.backgroundColor, style.left, style.textDecorationLine].join();
      }).join("|");
    document.activeElement?.blur();
    const before = looks();
    node.focus({ focusVisible: true, preventScroll: true });
    if (document.activeElement !== node) said.push(`takes no focus: ${named(node)}`);
    else if (looks() === before) said.push(`focus not seen: ${named(node)}`);
  }
  return [...said.slice(0, 12), ...window.checkWidth()];
};
