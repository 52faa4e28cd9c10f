// The basket: identifiers of passages, their order, and what the note says of them.
// All of it stays in this browser. Every page loads this; pages print
// <button type="button" data-keep="ID" hidden>, which only works, and shows, from here on.

export const KEY = "passages.basket";
const MOST = 100;

const voice = document.getElementById("panier-dit");
export const words = JSON.parse(voice.dataset.words);

/** Let screen readers know; the same words twice are said twice. */
export function say(text) {
  voice.textContent = "";
  requestAnimationFrame(() => { voice.textContent = text; });
}

/** Say what went wrong, and show it until the next click or key. */
function warn(text) {
  say(text);
  voice.classList.replace("unseen", "toast");
  const leave = () => voice.classList.replace("toast", "unseen");
  for (const kind of ["pointerdown", "keydown"]) {
    addEventListener(kind, leave, { once: true, capture: true });
  }
}

/** A sentence with its {places} filled. */
export function filled(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** What is kept; whatever else stands there is left out. */
export function read() {
  let kept = null;
  try {
    kept = JSON.parse(localStorage.getItem(KEY));
  } catch {
    // Storage is closed, or holds something else: the basket is empty.
  }
  const text = (value) => (typeof value === "string" ? value : "");
  const ids = Array.isArray(kept?.ids) ? kept.ids.filter((id) => text(id)) : [];
  return {
    ids: [...new Set(ids)].slice(0, MOST),
    title: text(kept?.title),
    introduction: text(kept?.introduction),
  };
}

/** Keep this; false where the browser refuses. */
export function write(basket) {
  try {
    localStorage.setItem(KEY, JSON.stringify(basket));
  } catch {
    warn(words.refused);
    return false;
  }
  show();
  return true;
}

/** Add passages at the end, in their order; false where they do not fit. */
export function keep(ids) {
  const basket = read();
  const all = [...new Set([...basket.ids, ...ids])];
  if (all.length > MOST) {
    warn(words.full);
    return false;
  }
  return write({ ...basket, ids: all });
}

function toggle(button) {
  const id = button.dataset.keep;
  const basket = read();
  if (!basket.ids.includes(id)) {
    if (keep([id])) say(`${words.kept} ${counted(basket.ids.length + 1)}`);
  } else if (write({ ...basket, ids: basket.ids.filter((each) => each !== id) })) {
    say(`${words.dropped} ${counted(basket.ids.length - 1)}`);
  }
}

function counted(count) {
  return filled(count === 1 ? words.one : words.several, { count });
}

/** Bring buttons and count in line with what is kept. */
function show() {
  const { ids } = read();
  for (const button of document.querySelectorAll("[data-keep]")) {
    button.hidden = false;
    const pressed = String(ids.includes(button.dataset.keep));
    if (button.getAttribute("aria-pressed") !== pressed) {
      button.setAttribute("aria-pressed", pressed);
    }
  }
  for (const badge of document.querySelectorAll("[data-basket-count]")) {
    badge.hidden = ids.length === 0;
    const hidden = document.createElement("span");
    hidden.className = "unseen";
    hidden.textContent = ` ${counted(ids.length).replace(/^\d+/, "")}`;
    badge.replaceChildren(String(ids.length), hidden);
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-keep]");
  if (button) toggle(button);
});
// Another tab changed the basket, or a page came back from the browser's memory.
addEventListener("storage", (event) => { if (event.key === KEY) show(); });
addEventListener("pageshow", (event) => { if (event.persisted) show(); });
// Results that come while typing bring buttons of their own.
new MutationObserver(show).observe(document.getElementById("contenu"), {
  childList: true,
  subtree: true,
});
show();
