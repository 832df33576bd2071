"use strict";
/*
 * Components for the pages of the theme, registered by name: under the content security policy
 * Alpine (its CSP build) looks names up here instead of evaluating text from the page.
 * `theme`, `searchForm`, `searchCommand`, `getCurrentTab`, `sortRecords` and `moveRecords` are the
 * theme's own functions (unfold/js/app.js).
 */
document.addEventListener("alpine:init", () => {
  const stored = (name) => {
    try {
      return localStorage.getItem(name);
    } catch {
      return null;
    }
  };

  Alpine.data("theme", theme);
  Alpine.data("searchForm", searchForm);

  Alpine.data("shell", () => ({
    activeTab: "",
    sidebarMobileOpen: false,
    sidebarDesktopOpen: stored("sidebarDesktopOpen") !== "0",
    init() {
      const primary = this.$root.dataset.primaryTab;
      this.activeTab = primary ? getCurrentTab() || primary : "";
    },
    toggleSidebar() {
      this.sidebarDesktopOpen = !this.sidebarDesktopOpen;
      try {
        localStorage.setItem("sidebarDesktopOpen", this.sidebarDesktopOpen ? "1" : "0");
      } catch {
        // Without storage the sidebar is simply open on the next page.
      }
    },
    formAction() {
      const here = window.location.pathname + window.location.search;
      return this.activeTab && this.activeTab !== "general" ? `${here}#${this.activeTab}` : here;
    },
    sortRecords,
    moveRecords,
  }));

  Alpine.data("searchCommand", () => {
    const upstream = searchCommand();
    let opener = null;
    return {
      ...upstream,
      handleOpen() {
        opener = document.activeElement;
        upstream.handleOpen.call(this);
      },
      handleEscape() {
        if (!this.openCommandResults) {
          return;
        }
        upstream.handleEscape.call(this);
        if (!this.openCommandResults && opener) {
          opener.focus();
        }
      },
      followItem(event) {
        const item = this.items && (this.items[this.currentIndex - 1] || this.items[0]);
        const link = item && item.querySelector("a");
        if (!link) {
          return;
        }
        if (event.metaKey || event.ctrlKey) {
          window.open(link.href, "_blank", "noopener");
        } else {
          window.location = link.href;
        }
      },
    };
  });
});
