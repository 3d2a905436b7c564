// The search page: each hit has a link to correct it; an editor is led on from a reader's page.
import { onLetter } from "./lines.js";

const template = document.getElementById("correct-hit");

for (const hit of document.querySelectorAll(".moment-place > .moment")) {
  const address = new URL(hit.href);
  const second = address.searchParams.get("t");
  if (!second) continue;
  const link = template.content.firstElementChild.cloneNode(true);
  link.href = `${address.pathname}/suggest?t=${encodeURIComponent(second)}`;
  const time = hit.querySelector("time")?.textContent ?? "";
  link.setAttribute("aria-label", template.dataset.at.replace("{time}", time));
  hit.parentElement.append(link);
}

onLetter("e", (event) => {
  const link = event.target.closest?.(".moment-place")?.querySelector(".correct-hit");
  if (link) location.assign(link.href);
});
