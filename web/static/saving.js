// Pages with forms: Ctrl+Enter sends one, and a note says when the search knows what was saved.
import { othersAt, untilFound } from "./found.js";

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.target.closest("form[method=post]")?.requestSubmit();
});

for (const note of document.querySelectorAll("[data-found]")) {
  const text = note.querySelector(".searched");
  if (text) untilFound(note.dataset.found, (said) => said === "known" && (text.textContent = note.dataset.known));
}

for (const place of document.querySelectorAll("[data-count]")) {
  const found = await othersAt(place.dataset.count);
  if (found) place.replaceWith(found);
  else place.remove();
}
