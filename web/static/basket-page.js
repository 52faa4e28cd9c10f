// The page of the basket: shows what the browser keeps, and moves it without a new page.
// An address that names passages itself is a list of its own: its buttons ask the server.

import { KEY, filled, keep, read, say, words, write } from "./basket.js";

const panel = document.getElementById("panier");
const notice = document.querySelector("[data-notice]");
let before = null;

/** The list that the server renders for what is kept. */
async function load() {
  const basket = read();
  if (basket.ids.length === 0) {
    showNone();
    return;
  }
  const query = new URLSearchParams(basket.ids.map((id) => ["passage", id]));
  if (basket.title) query.set("title", basket.title);
  if (basket.introduction) query.set("introduction", basket.introduction);
  try {
    const answer = await fetch(`${location.pathname}?${query}`);
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    panel.replaceChildren(...page.getElementById("panier").childNodes);
  } catch {
    notify(words.failed);
    return;
  }
  for (const part of panel.querySelectorAll('[data-when="address"]')) part.remove();
  for (const grip of panel.querySelectorAll("[data-grip]")) {
    grip.hidden = false;
    grip.draggable = true;
  }
  document.querySelector("[data-none-kept]").hidden = true;
}

function showNone() {
  panel.replaceChildren();
  document.querySelector("[data-none-kept]").hidden = false;
}

function list() {
  return panel.querySelector(".kept");
}

function shownIds() {
  return [...list().children].map((item) => item.dataset.passage);
}

/** A sentence on the page, said by screen readers too, with a way back where there is one. */
function notify(text, undoable = null) {
  before = undoable;
  notice.hidden = false;
  notice.firstElementChild.textContent = text;
  say(text);
  notice.querySelector("[data-undo]").hidden = undoable === null;
}

/** Keep the order that is shown; ends of the list have one way to go. */
function settle() {
  const items = [...list().children];
  items.forEach((item, place) => {
    item.querySelector('[name="up"]').disabled = place === 0;
    item.querySelector('[name="down"]').disabled = place === items.length - 1;
  });
  panel.querySelector("[data-total]").textContent = String(items.length);
  write({ ...read(), ids: shownIds() });
}

function move(item, button) {
  const up = button.name === "up";
  const other = up ? item.previousElementSibling : item.nextElementSibling;
  if (!other) return;
  if (up) other.before(item);
  else other.after(item);
  settle();
  sayPlace(item);
  // The button may have reached an end: the other one stays.
  const next = button.disabled ? item.querySelector(`[name="${up ? "down" : "up"}"]`) : button;
  next.focus();
}

function sayPlace(item) {
  const total = list().children.length;
  say(filled(words.moved, { place: shownIds().indexOf(item.dataset.passage) + 1, total }));
}

function remove(item) {
  const kept = read();
  const next = item.nextElementSibling ?? item.previousElementSibling;
  item.remove();
  if (!next) {
    empty(kept);
    return;
  }
  settle();
  notify(words.dropped, kept);
  next.querySelector('[name="remove"]').focus();
}

function empty(kept = read()) {
  write({ ids: [], title: "", introduction: "" });
  showNone();
  notify(words.emptied, kept);
  notice.querySelector("[data-undo]").focus();
}

/** Passages of one project where the first of them stands. */
function gather() {
  const items = [...list().children];
  const projectOf = (item) => item.querySelector("h3 a")?.getAttribute("href") ?? item.dataset.passage;
  const projects = [...new Set(items.map(projectOf))];
  items.sort((one, other) => projects.indexOf(projectOf(one)) - projects.indexOf(projectOf(other)));
  const kept = read();
  list().append(...items);
  settle();
  notify(words.gathered, kept);
}

function onClick(event) {
  const button = event.target.closest("button, a");
  if (!button) return;
  const item = button.closest("[data-passage]");
  const act = {
    up: () => move(item, button),
    down: () => move(item, button),
    remove: () => remove(item),
    gather: () => gather(),
  }[button.name] ?? ("empty" in button.dataset ? () => empty() : null);
  if (!act) return;
  event.preventDefault();
  act();
}

/** Drag by the grip; fingers and keyboards have the buttons. */
function allowDragging() {
  let dragged = null;
  panel.addEventListener("dragstart", (event) => {
    dragged = event.target.closest?.("[data-grip]")?.closest("[data-passage]") ?? null;
    if (!dragged) return;
    event.dataTransfer.setDragImage(dragged, 10, 10);
    event.dataTransfer.effectAllowed = "move";
    dragged.classList.add("dragged");
  });
  panel.addEventListener("dragover", (event) => {
    const over = event.target.closest?.("[data-passage]");
    if (!dragged || !over) return;
    event.preventDefault();
    const box = over.getBoundingClientRect();
    if (over !== dragged) {
      if (event.clientY < box.top + box.height / 2) over.before(dragged);
      else over.after(dragged);
    }
  });
  panel.addEventListener("dragend", () => {
    if (!dragged) return;
    dragged.classList.remove("dragged");
    settle();
    sayPlace(dragged);
    dragged = null;
  });
}

function showOwn() {
  panel.addEventListener("click", onClick);
  panel.addEventListener("input", ({ target }) => {
    if (target.name === "title" || target.name === "introduction") {
      write({ ...read(), [target.name]: target.value });
    }
  });
  // Enter in the title must not leave for another page.
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.name === "title") event.preventDefault();
  });
  notice.querySelector("[data-undo]").addEventListener("click", async () => {
    if (before === null) return;
    write(before);
    await load();
    notify(words.restored);
    panel.querySelector("h2")?.scrollIntoView({ block: "nearest" });
  });
  // Another tab changed the basket: what is shown here must not write over it.
  addEventListener("storage", (event) => { if (event.key === KEY) load(); });
  allowDragging();
  load();
}

function showAddress() {
  const button = panel.querySelector("[data-adopt]");
  button.hidden = false;
  button.addEventListener("click", () => {
    if (!keep(shownIds())) return;
    const { ids, ...said } = read();
    const form = panel.querySelector("form");
    write({
      ids,
      title: said.title || form.elements.title.value,
      introduction: said.introduction || form.elements.introduction.value,
    });
    notify(words.adopted);
  });
}

function showNote() {
  const button = document.querySelector("[data-print]");
  button.hidden = false;
  button.addEventListener("click", () => print());
  // From one's own basket, the way back leads there.
  const back = document.querySelector("[data-back]");
  const address = new URL(back.href);
  if (address.searchParams.getAll("passage").join("\n") === read().ids.join("\n")) {
    back.href = address.pathname;
  }
}

if (!panel) showNote();
else if (panel.dataset.list === "own") showOwn();
else showAddress();
