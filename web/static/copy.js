// « Copier la citation »: in place of the citation to select by hand, where the browser lets.

/** Show the buttons that copy, under one element. */
export function offerCopies(root) {
  if (!navigator.clipboard) return;
  for (const button of root.querySelectorAll("[data-copy]")) swap(button, true);
}

/** Show the button, or the citation that can be unfolded before it. */
function swap(button, copies) {
  const item = button.closest("li");
  item.hidden = !copies;
  item.previousElementSibling.hidden = copies;
  return item.previousElementSibling;
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy]");
  if (!button) return;
  const citation = button.closest("li").previousElementSibling.querySelector(".citation");
  try {
    await navigator.clipboard.writeText(citation.textContent);
  } catch {
    // Refused: the citation is shown, to be copied by hand.
    const shown = swap(button, false).querySelector("details");
    shown.open = true;
    shown.querySelector("summary").focus();
    return;
  }
  const label = button.querySelector("span");
  const before = label.textContent;
  if (before === button.dataset.done) return;
  label.textContent = button.dataset.done;
  setTimeout(() => { label.textContent = before; }, 2000);
});
