/* Lists of works: a filter acts at once and the page stays; the address and the back button
   stay right. Without it the form is sent and links are followed as ever. */

const WAIT = 350;
const form = () => document.getElementById("filter-form");
/* On a small screen the panel lies over the page, and acts when it is sent. */
function inSheet() {
  const panel = document.querySelector(".panel:target");
  return panel !== null && getComputedStyle(panel).position === "fixed";
}

/* Empty fields stay out of the address. */
document.addEventListener("formdata", (event) => {
  if (!event.target.matches("[data-tidy]")) return;
  for (const name of new Set(event.formData.keys())) {
    const values = event.formData.getAll(name).filter((value) => value !== "");
    event.formData.delete(name);
    for (const value of values) event.formData.append(name, value);
  }
});

/* Asking for a value and leaving it out rule each other out. */
document.addEventListener("change", (event) => {
  const box = event.target;
  const row = box.closest?.(".facet li");
  if (!row || !box.checked) return;
  for (const other of row.querySelectorAll("input")) if (other !== box) other.checked = false;
});

/* Typing into the field of a facet shows those of its values that match, beside the suggestions. */
document.addEventListener("input", (event) => {
  const facet = event.target.closest?.(".facet .find")?.closest(".facet");
  if (!facet) return;
  const wanted = event.target.value.trim().toLowerCase();
  for (const row of facet.querySelectorAll("ul > li")) {
    row.hidden = wanted !== "" && !row.querySelector("input:checked") && !row.textContent.toLowerCase().includes(wanted);
  }
});

/* What of the page has to come back after it was replaced. */
function remember() {
  const active = document.activeElement;
  const key = active?.id
    ? `#${CSS.escape(active.id)}`
    : active?.name && active.value !== undefined && active.closest(".panel")
      ? `.panel [name="${CSS.escape(active.name)}"][value="${CSS.escape(active.value)}"]`
      : "";
  const open = new Map([...document.querySelectorAll("details.facet")].map((facet) => [facet.id, facet.open]));
  return () => {
    for (const [id, isOpen] of open) {
      const facet = document.getElementById(id);
      if (facet) facet.open = isOpen || facet.open;
    }
    if (key) document.querySelector(key)?.focus({ preventScroll: true });
  };
}

const pathOf = (address) => {
  const { pathname, search } = new URL(address, location.href);
  return pathname + search;
};
let shown = pathOf(location.href);
let pending = null;

async function load(address, { push, scroll }) {
  pending?.abort();
  pending = new AbortController();
  const results = document.getElementById("results");
  results?.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, { signal: pending.signal, headers: { Accept: "text/html" } });
    if (answer.redirected && new URL(answer.url).pathname !== location.pathname) throw new Error("elsewhere");
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const restore = remember();
    for (const id of ["results", "filters"]) {
      const now = document.getElementById(id);
      const next = page.getElementById(id);
      if (!now || !next) throw new Error("another page");
      now.replaceWith(document.adoptNode(next));
    }
    document.title = page.title;
    shown = pathOf(address);
    if (push) history.pushState({ list: true }, "", address);
    restore();
    if (scroll) document.getElementById("results").scrollIntoView();
    document.dispatchEvent(new CustomEvent("list:changed"));
  } catch (error) {
    if (error.name !== "AbortError") location.assign(address);
  }
}

function addressOf(filters) {
  const query = new URLSearchParams(new FormData(filters));
  const text = query.toString();
  return `${filters.getAttribute("action")}${text ? `?${text}` : ""}`;
}

function send() {
  clearTimeout(waiting);
  const filters = form();
  if (filters) load(addressOf(filters), { push: true, scroll: false });
}

let waiting = 0;
function later(wait) {
  clearTimeout(waiting);
  waiting = setTimeout(send, wait);
}

document.addEventListener("change", (event) => {
  const field = event.target;
  if (field.form !== form() || !form() || inSheet()) return;
  if (field.matches("[data-suggest]")) return;
  later(field.matches("[type=checkbox], [type=radio]") ? WAIT : 0);
});
document.addEventListener("suggest:chosen", (event) => {
  if (form() && event.target.form === form()) send();
});
document.addEventListener("submit", (event) => {
  if (event.target !== form()) return;
  event.preventDefault();
  if (inSheet()) location.hash = "results";
  send();
});

/* Links that stay on the list: pages, conditions to remove, more values. */
document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const link = event.target.closest?.("#results a, #filters a");
  const to = link && new URL(link.href);
  if (!to || to.pathname !== location.pathname || to.origin !== location.origin || !document.getElementById("results")) return;
  if (!link.getAttribute("href").startsWith("?") && to.search) return;
  if (link.getAttribute("href").startsWith("#")) return;
  event.preventDefault();
  load(to.href, { push: true, scroll: link.closest(".pages") !== null });
});
addEventListener("popstate", () => {
  /* Opening and closing the panel on a small screen moves only to another part of the page. */
  if (pathOf(location.href) === shown || !document.getElementById("results") || !form()) return;
  load(location.href, { push: false, scroll: false });
});
