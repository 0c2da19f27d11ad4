/* Makes typing smoother; every page works without it. */
"use strict";

/* A text field with suggestions: an ARIA combobox over an endpoint that answers [{name, ...}]. */
class Combobox {
  constructor(input) {
    this.input = input;
    this.address = input.dataset.suggest;
    this.list = document.createElement("ul");
    this.list.id = `${input.id}-list`;
    this.list.setAttribute("role", "listbox");
    this.list.hidden = true;
    input.parentElement.classList.add("suggest");
    input.after(this.list);
    for (const [name, value] of Object.entries({
      role: "combobox", autocomplete: "off", "aria-autocomplete": "list",
      "aria-expanded": "false", "aria-controls": this.list.id,
    })) input.setAttribute(name, value);
    this.active = -1;
    input.addEventListener("input", () => this.later());
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => setTimeout(() => this.close(), 150));
    this.list.addEventListener("mousedown", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.choose(option);
    });
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), 120);
  }

  async ask() {
    const text = this.input.value.trim();
    if (text.length < 2) return this.close();
    this.pending?.abort();
    this.pending = new AbortController();
    try {
      const address = new URL(this.address, location.href);
      address.searchParams.set("q", text);
      const answer = await fetch(address, { signal: this.pending.signal, headers: { Accept: "application/json" } });
      if (answer.ok) this.show((await answer.json()).results ?? []);
    } catch (error) {
      if (error.name !== "AbortError") this.close();
    }
  }

  show(rows) {
    this.list.replaceChildren(...rows.slice(0, 12).map((row, place) => {
      const option = document.createElement("li");
      option.id = `${this.list.id}-${place}`;
      option.setAttribute("role", "option");
      option.dataset.value = row.canonical?.name ?? row.name ?? row.title;
      option.textContent = row.canonical && row.canonical.name !== row.name
        ? `${row.name} → ${row.canonical.name}` : (row.name ?? row.title);
      return option;
    }));
    this.active = -1;
    this.list.hidden = rows.length === 0;
    this.input.setAttribute("aria-expanded", String(rows.length > 0));
  }

  key(event) {
    const options = [...this.list.children];
    if (this.list.hidden || !options.length) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.active = (this.active + step + options.length) % options.length;
      options.forEach((option, place) => option.setAttribute("aria-selected", String(place === this.active)));
      options[this.active].scrollIntoView({ block: "nearest" });
      this.input.setAttribute("aria-activedescendant", options[this.active].id);
    } else if (event.key === "Enter" && this.active >= 0) {
      event.preventDefault();
      this.choose(options[this.active]);
    } else if (event.key === "Escape") {
      this.close();
    }
  }

  choose(option) {
    this.input.value = option.dataset.value;
    this.close();
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  close() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}

for (const input of document.querySelectorAll("input[data-suggest]")) new Combobox(input);

/* Include and exclude of one value rule each other out. */
document.addEventListener("change", (event) => {
  const box = event.target;
  if (!(box instanceof HTMLInputElement) || !box.checked || !box.dataset.pair) return;
  const other = document.getElementById(box.dataset.pair);
  if (other) other.checked = false;
});

/* Empty fields of a filter form stay out of the address. */
for (const form of document.querySelectorAll("form[data-tidy]")) {
  form.addEventListener("formdata", (event) => {
    for (const [name, value] of [...event.formData.entries()]) if (value === "") event.formData.delete(name);
  });
}

/* Left and right turn the chapters. */
document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (event.target instanceof Element && event.target.closest("input, textarea, select, [contenteditable]")) return;
  const way = { ArrowLeft: "prev", ArrowRight: "next" }[event.key];
  const link = way && document.querySelector(`main a[rel=${way}]`);
  if (link) location.assign(link.href);
});

/* What was read, kept in this browser only. */
const reading = document.querySelector("[data-work]");
if (reading) {
  try {
    const key = `read:${reading.dataset.work}`;
    const chapter = Number(reading.dataset.chapter || 0);
    const before = JSON.parse(localStorage.getItem(key) ?? "null");
    const place = document.querySelector("[data-resume]");
    if (place && before && before.chapter && before.chapter !== chapter) {
      place.hidden = false;
      const link = place.querySelector("a");
      link.href = before.url;
      link.textContent = link.dataset.text.replace("%s", before.chapter);
    }
    if (chapter) localStorage.setItem(key, JSON.stringify({ chapter, url: location.pathname, seen: Date.now() }));
  } catch (error) {
    if (!(error instanceof DOMException || error instanceof SyntaxError)) throw error;
  }
}
