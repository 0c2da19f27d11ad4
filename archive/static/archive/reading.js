/* Reading: settings that act at once, arrow keys that turn chapters, and how far somebody has
   read. For guests nothing of it leaves the browser. */

const work = document.querySelector("[data-work][data-count]");

/* Left and right turn the chapters. */
document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.defaultPrevented) return;
  if (event.target.closest?.("input, textarea, select, dialog, [contenteditable]")) return;
  const isRtl = document.querySelector(".userstuff[dir=rtl]") !== null;
  const way = { ArrowLeft: isRtl ? "next" : "prev", ArrowRight: isRtl ? "prev" : "next" }[event.key];
  const link = way && document.querySelector(`.tools a[rel=${way}]`);
  if (link) location.assign(link.href);
});

/* What is wider than the text scrolls in its own frame, which the keyboard has to reach. */
for (const wide of document.querySelectorAll(".userstuff :is(table, pre)")) {
  if (wide.scrollWidth > wide.clientWidth) wide.tabIndex = 0;
}

/* The menu of chapters goes there when a chapter is chosen with the pointer. */
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-go]") && event.target.matches(":not(:focus-visible)")) event.target.form.submit();
});

/* Reading settings without leaving the page. */
const root = document.documentElement;

function keepLook(name, fields) {
  const chosen = [...fields].filter((field) => field.value).map((field) => `${field.name}-${field.value}`);
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${name}=${chosen.join(".")}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
}

async function openLook(link) {
  let dialog = document.querySelector(".look-dialog");
  if (!dialog) {
    const answer = await fetch(link.href);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const settings = page.getElementById("look-settings");
    if (!settings) throw new Error("no settings");
    dialog = document.createElement("dialog");
    dialog.className = "look-dialog";
    const title = document.createElement("h2");
    title.id = "look-title";
    title.textContent = page.querySelector("h1").textContent;
    dialog.setAttribute("aria-labelledby", title.id);
    const close = document.createElement("form");
    close.method = "dialog";
    const button = document.createElement("button");
    button.textContent = page.querySelector("main form button").textContent;
    close.append(button);
    dialog.append(title, document.adoptNode(settings), close);
    const fields = dialog.querySelectorAll("select");
    dialog.addEventListener("change", (event) => {
      const { name, value } = event.target;
      if (value) root.dataset[name] = value;
      else delete root.dataset[name];
      keepLook(settings.dataset.cookie, fields);
    });
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog) dialog.close();
    });
    document.body.append(dialog);
  }
  dialog.showModal();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-look]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  openLook(link).catch(() => location.assign(link.href));
});

/* How far this browser has read: the furthest chapter, and how many there were. With an account
   the archive keeps it too, and tells it on the page. */
async function keepForAccount(chapter) {
  const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value;
  if (!token) return;
  const body = new URLSearchParams({ chapter, csrfmiddlewaretoken: token });
  try {
    await fetch(work.dataset.keep, { method: "POST", body, keepalive: true });
  } catch {
    /* The place is kept in this browser all the same. */
  }
}

function readingOf(id) {
  try {
    return JSON.parse(localStorage.getItem(`read:${id}`)) ?? {};
  } catch {
    return {};
  }
}

function keepReading(id, reading) {
  try {
    localStorage.setItem(`read:${id}`, JSON.stringify(reading));
  } catch {
    /* A full or forbidden store loses the place, nothing else. */
  }
}

if (work) {
  const id = work.dataset.work;
  const count = Number(work.dataset.count);
  const chapter = Number(work.dataset.chapter ?? 0);
  const before = work.dataset.keep ? {} : readingOf(id);
  if (chapter && work.dataset.keep) {
    keepForAccount(chapter);
  } else if (chapter) {
    keepReading(id, { ...before, at: chapter, url: location.pathname, furthest: Math.max(chapter, before.furthest ?? 0), count });
  }
  const resume = document.querySelector("[data-resume]");
  if (resume && before.at && before.at <= count) {
    resume.href = before.url;
    resume.textContent = resume.dataset.text.replace("{}", before.at);
    resume.hidden = false;
    document.querySelector("[data-begin]")?.classList.add("plain");
  }
  for (const row of document.querySelectorAll(".chapters [data-chapter]")) {
    const place = Number(row.dataset.chapter);
    if (place <= (before.furthest ?? 0)) row.classList.add("read");
    if (before.count && place > before.count) {
      const badge = document.createElement("span");
      badge.className = "badge";
      badge.textContent = row.parentElement.dataset.new;
      row.querySelector("a").append(badge);
    }
  }
}

/* How far down a page somebody was: the paragraph at the top of the window, kept in this browser.
   A page that was left in its middle offers to go on there. */
const SETTLED = 300;
const FEWEST = 3;
const blocks = [...document.querySelectorAll(".text article.chapter > .userstuff.module > *")];

function spotNow() {
  const last = blocks.at(-1);
  if (!last || last.getBoundingClientRect().bottom <= innerHeight) return 0;
  return Math.max(0, blocks.findIndex((block) => block.getBoundingClientRect().bottom > 0));
}

function keepSpot() {
  const name = `spot:${work.dataset.work}`;
  const at = spotNow();
  try {
    if (at >= FEWEST) localStorage.setItem(name, JSON.stringify({ page: pageOf(), at }));
    else if (keptSpot()) localStorage.removeItem(name);
  } catch {
    /* A full or forbidden store loses the spot, nothing else. */
  }
}

function keptSpot() {
  try {
    const spot = JSON.parse(localStorage.getItem(`spot:${work.dataset.work}`));
    return spot?.page === pageOf() ? blocks[spot.at] : undefined;
  } catch {
    return undefined;
  }
}

function pageOf() {
  const isWhole = new URLSearchParams(location.search).get("view_full_work") === "true";
  return location.pathname + (isWhole ? "#whole" : "");
}

if (work && blocks.length > FEWEST) {
  const button = document.querySelector("[data-go-on]");
  const spot = location.hash ? undefined : keptSpot();
  if (spot && button) {
    button.hidden = false;
    button.addEventListener("click", () => {
      button.hidden = true;
      spot.scrollIntoView();
    });
  }
  let settled = 0;
  addEventListener("scroll", () => {
    clearTimeout(settled);
    settled = setTimeout(() => {
      if (button && !button.hidden && scrollY < innerHeight) return;
      if (button) button.hidden = true;
      keepSpot();
    }, SETTLED);
  }, { passive: true });
}
