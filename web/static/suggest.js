// Suggestions under the field: a combobox as the ARIA practices describe it. The field keeps
// the focus, arrows choose, Enter takes, Escape closes.

const PAUSE = 120;

/** Offer suggestions for ``field`` in ``list``; ``search`` is called with a whole query. */
export function suggestFor(field, list, search) {
  let waiting = 0;
  let request = null;
  let offered = [];
  let active = -1;

  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);
  field.setAttribute("aria-expanded", "false");

  function close() {
    clearTimeout(waiting);
    request?.abort();
    list.hidden = true;
    list.replaceChildren();
    offered = [];
    choose(-1);
    field.setAttribute("aria-expanded", "false");
  }

  function choose(place) {
    active = place;
    [...list.children].forEach((option, at) => {
      option.setAttribute("aria-selected", String(at === place));
    });
    if (place < 0) field.removeAttribute("aria-activedescendant");
    else field.setAttribute("aria-activedescendant", list.children[place].id);
    list.children[place]?.scrollIntoView({ block: "nearest" });
  }

  function take(place) {
    const { kind, label, url } = offered[place];
    close();
    if (kind === "term") search(label);
    else location.assign(url);
  }

  function option(suggestion, place) {
    const item = document.createElement("li");
    item.id = `${list.id}-${place}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    const label = document.createElement("span");
    label.lang = "fr";
    label.textContent = suggestion.label;
    const kind = document.createElement("small");
    kind.textContent = [suggestion.detail, list.dataset[suggestion.kind]].filter(Boolean).join(" · ");
    item.append(label, " ", kind);
    return item;
  }

  async function offer() {
    request?.abort();
    request = new AbortController();
    const { signal } = request;
    try {
      const url = `${list.dataset.url}?${new URLSearchParams({ q: field.value })}`;
      const response = await fetch(url, { signal });
      if (!response.ok) return close();
      offered = (await response.json()).suggestions;
    } catch {
      return; // A later letter asked again, or nothing answers: the search goes on without.
    }
    list.replaceChildren(...offered.map(option));
    const open = offered.length > 0 && document.activeElement === field;
    list.hidden = !open;
    field.setAttribute("aria-expanded", String(open));
    choose(-1);
  }

  async function reopen(event) {
    event.preventDefault();
    await offer();
    if (!list.hidden) choose(0);
  }

  field.addEventListener("input", () => {
    clearTimeout(waiting);
    if (field.value.trim().length < 2) close();
    else waiting = setTimeout(offer, PAUSE);
  });
  field.addEventListener("blur", close);
  field.form.addEventListener("submit", close);
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (list.hidden) {
      if (event.key === "ArrowDown" && field.value.trim()) reopen(event);
      return;
    }
    const last = offered.length - 1;
    if (event.key === "ArrowDown") choose(active < last ? active + 1 : -1);
    else if (event.key === "ArrowUp") choose(active < 0 ? last : active - 1);
    else if (event.key === "Enter" && active >= 0) take(active);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
  // The field keeps the focus while an option is pressed.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const item = event.target.closest("[role=option]");
    if (item) take([...list.children].indexOf(item));
  });
}
