/* Suggestions under a text field: an ARIA combobox over an address that answers
   {"results": [...]} of tags ({"name", "canonical"}), which fill the field, or of things to go to
   ({"text", "kind", "type", "web_url"}). Tags have a page, too, and a "web_url": that they have a
   "name" tells them apart. With data-suggest-go a field goes to them all the same. Fields work
   without it. */

const DELAY = 150;
const MOST = 12;

class Combobox {
  constructor(input) {
    this.input = input;
    this.list = document.createElement("ul");
    this.list.id = `${input.id}-list`;
    this.list.setAttribute("role", "listbox");
    const label = document.querySelector(`label[for="${input.id}"]`);
    this.list.setAttribute("aria-label", label?.textContent ?? input.placeholder);
    this.list.hidden = true;
    const around = input.closest(".joined, .site-search") ?? input.parentElement;
    around.classList.add("suggest");
    around.append(this.list);
    const states = {
      role: "combobox", autocomplete: "off", "aria-autocomplete": "list",
      "aria-expanded": "false", "aria-controls": this.list.id,
    };
    for (const [name, value] of Object.entries(states)) input.setAttribute(name, value);
    this.active = -1;
    input.addEventListener("input", () => this.later());
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => this.close());
    this.list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      const option = event.target.closest("[role=option]");
      if (option) this.choose(option);
    });
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), DELAY);
  }

  async ask() {
    this.pending?.abort();
    const text = this.input.value.trim();
    if (text.length < 2 && text.codePointAt(0) < 0x2e80 || !text) {
      this.close();
      return;
    }
    const pending = new AbortController();
    this.pending = pending;
    try {
      const address = new URL(this.input.dataset.suggest, location.href);
      address.searchParams.set("q", text);
      const answer = await fetch(address, { signal: pending.signal, headers: { Accept: "application/json" } });
      const body = answer.ok ? await answer.json() : {};
      if (document.activeElement === this.input) this.show(body.results ?? []);
    } catch {
      if (this.pending === pending && !pending.signal.aborted) this.close();
    }
  }

  show(rows) {
    this.list.replaceChildren(...rows.slice(0, MOST).map((row, place) => this.option(row, place)));
    this.active = -1;
    this.input.removeAttribute("aria-activedescendant");
    this.list.hidden = rows.length === 0;
    this.input.setAttribute("aria-expanded", String(rows.length > 0));
  }

  option(row, place) {
    const option = document.createElement("li");
    option.id = `${this.list.id}-${place}`;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    const name = document.createElement("bdi");
    name.textContent = row.name ?? row.text;
    option.append(name);
    const isTag = row.name !== undefined;
    const goesThere = this.input.dataset.suggestGo !== undefined && row.web_url;
    if (isTag && !goesThere) option.dataset.value = row.canonical?.name ?? row.name;
    else option.dataset.page = new URL(row.web_url).pathname;
    const meant = row.canonical && row.canonical.name !== row.name ? `→ ${row.canonical.name}` : "";
    const remark = isTag ? meant : row.kind ?? row.type;
    if (remark) {
      const small = document.createElement("small");
      small.textContent = remark;
      option.append(small);
    }
    return option;
  }

  key(event) {
    const options = [...this.list.children];
    if (this.list.hidden || !options.length) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      // What comes now would take the choice away.
      clearTimeout(this.timer);
      this.pending?.abort();
      const last = options.length - 1;
      if (event.key === "ArrowDown") this.active = this.active === last ? 0 : this.active + 1;
      else this.active = this.active <= 0 ? last : this.active - 1;
      options.forEach((option, place) => option.setAttribute("aria-selected", String(place === this.active)));
      options[this.active].scrollIntoView({ block: "nearest" });
      this.input.setAttribute("aria-activedescendant", options[this.active].id);
    } else if (event.key === "Enter" && this.active >= 0) {
      event.preventDefault();
      this.choose(options[this.active]);
    } else if (event.key === "Escape") {
      event.preventDefault();
      this.close();
    }
  }

  choose(option) {
    if (option.dataset.page) {
      location.assign(option.dataset.page);
      return;
    }
    this.input.value = option.dataset.value;
    this.close();
    this.input.dispatchEvent(new CustomEvent("suggest:chosen", { bubbles: true }));
  }

  close() {
    clearTimeout(this.timer);
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}

/* Made when a field is entered, so that fields which come later have suggestions too. One may have
   been entered, and typed into, before this script was there. */
const made = new WeakSet();
function enter(input) {
  if (!(input instanceof HTMLInputElement) || !input.dataset.suggest || made.has(input)) return;
  made.add(input);
  const combobox = new Combobox(input);
  if (input.value !== input.defaultValue) combobox.later();
}
document.addEventListener("focusin", (event) => enter(event.target));
enter(document.activeElement);
