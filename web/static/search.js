// Results while one types: the server's own page, only its results, in place of the old ones.
//
// A search is one entry of the history: typing changes it, and what comes after it was
// submitted, or after a filter or a page was chosen, is another.

import { offerCopies } from "./copy.js";
import { suggestFor } from "./suggest.js";

const TYPING_PAUSE = 180;
const SLOW = 300;
const SAID_AFTER = 700;
const REMEMBERED = 20;

const form = document.getElementById("recherche");
const field = document.getElementById("q");
const voice = document.getElementById("annonce");
const seen = new Map();

let request = null;
let typing = 0;
let saying = 0;
let settled = true;

const results = () => document.getElementById("resultats");

/** The address of what the form asks; what is left at its default is left out. */
function asked() {
  const values = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (value.trim() && !(name === "mode" && value === "hybrid")) values.append(name, value);
  }
  return values.has("q") ? `${form.action}?${values}` : form.action;
}

/** Put the form in line with an address. */
function fill(url) {
  const values = new URL(url, location.href).searchParams;
  const query = values.get("q") ?? "";
  if (field.value.trim() !== query.trim()) field.value = query;
  form.elements.expand.checked = values.get("expand") === "0";
  const mode = values.get("mode") || "hybrid";
  for (const choice of form.elements.mode) choice.checked = choice.value === mode;
}

/** The results at an address, as the server draws them; null where nothing can be looked for. */
async function read(url) {
  request?.abort();
  request = new AbortController();
  const { signal } = request;
  const response = await fetch(url, { headers: { "X-Fragment": "results" }, signal });
  if (response.status === 400) return null;
  if (!response.ok || response.redirected) throw new Error(String(response.status));
  const markup = await response.text();
  seen.delete(url);
  seen.set(url, markup);
  if (seen.size > REMEMBERED) seen.delete(seen.keys().next().value);
  return markup;
}

function draw(markup, focused) {
  const page = new DOMParser().parseFromString(markup, "text/html");
  const fresh = page.getElementById("resultats");
  results().replaceWith(fresh);
  document.title = fresh.dataset.title;
  offerCopies(fresh);
  if (focused !== undefined) {
    const same = [...fresh.querySelectorAll("[data-key]")].find((link) => link.dataset.key === focused);
    const visible = same && same.getClientRects().length > 0;
    (visible ? same : document.getElementById("bilan"))?.focus({ preventScroll: true });
  }
}

/** Head the page as a reload would: large on the home page, unseen above results. */
function head() {
  const home = results().hasAttribute("data-home");
  const title = document.getElementById("titre");
  title.textContent = home ? title.dataset.home : title.dataset.results;
  document.getElementById("entete").className = home ? "hero" : "unseen";
}

function say(text) {
  clearTimeout(saying);
  saying = setTimeout(() => { voice.textContent = text; }, SAID_AFTER);
}

/** Show an address; ``whole`` loads the page itself where its results can't be had alone. */
async function show(url, { focused, whole = false } = {}) {
  const slow = setTimeout(() => {
    results().setAttribute("aria-busy", "true");
    say(voice.dataset.slow);
  }, SLOW);
  try {
    const markup = await read(url);
    if (markup === null) {
      if (whole) location.assign(url);
      return false;
    }
    draw(markup, focused);
    say(document.getElementById("bilan")?.textContent.trim() ?? "");
    return true;
  } catch (error) {
    if (error.name === "AbortError") return false;
    results().removeAttribute("aria-busy");
    if (whole) location.assign(url);
    else say(voice.dataset.failed);
    return false;
  } finally {
    clearTimeout(slow);
  }
}

/** Make an address the current one: a new entry of the history, or the same again. */
function enter(url) {
  if (new URL(url, location.href).href === location.href) return;
  if (settled) {
    history.replaceState({ ...history.state, y: scrollY }, "");
    history.pushState({}, "", url);
  } else {
    history.replaceState(history.state, "", url);
  }
}

async function type() {
  const url = asked();
  if (await show(url)) {
    enter(url);
    settled = false;
  }
}

async function go(url, focused) {
  clearTimeout(typing);
  if (!(await show(url, { focused, whole: true }))) return;
  enter(url);
  settled = true;
  head();
}

/** Go on from what is shown: the way back leads to it, typed or submitted. */
function choose(url, focused) {
  settled = true;
  return go(url, focused);
}

field.addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(type, TYPING_PAUSE);
});
form.addEventListener("change", (event) => {
  if (event.target !== field) choose(asked());
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  // The keyboard of a phone would hide the results.
  if (matchMedia("(hover: none)").matches) field.blur();
  go(asked());
});
document.getElementById("contenu").addEventListener("click", (event) => {
  const link = event.target.closest("a[data-live]");
  if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  fill(link.href);
  choose(link.href, link.dataset.key ?? "").then(() => {
    if (link.dataset.live === "top") scrollTo(0, 0);
  });
});
addEventListener("popstate", async (event) => {
  clearTimeout(typing);
  fill(location.href);
  settled = true;
  const known = seen.get(location.href);
  if (known) {
    request?.abort();
    draw(known);
  } else if (!(await show(location.href, { whole: true }))) return;
  head();
  scrollTo(0, event.state?.y ?? 0);
});

// What the server drew is known too: going back to it asks nothing again.
seen.set(location.href, results().outerHTML);
offerCopies(document);
suggestFor(field, document.getElementById("propositions"), (query) => {
  field.value = query;
  go(asked());
});

// What was typed before this script was there counts as well.
if (document.activeElement === field && field.value !== field.defaultValue) type();
