// The lines of a talk's page: which one somebody means, and when it is said.

// The second at which a line is said, as its address carries it.
export const secondOf = (line) => new URLSearchParams(line.querySelector("a").search).get("t");

// The page of a line, of those at an address that may name a track already.
export function addressAt(page, second) {
  const address = new URL(page, location.href);
  address.searchParams.set("t", second);
  return address.pathname + address.search;
}

// The line that is selected, has the focus, is spoken, was found, or is seen first.
export function lineMeant(lines) {
  const selected = getSelection();
  const places = [
    selected.isCollapsed ? null : selected.anchorNode?.parentElement,
    document.activeElement,
    lines.querySelector(".speaking"),
    lines.querySelector("mark"),
  ];
  for (const place of places) {
    const line = place?.closest(".lines > p");
    if (line) return line;
  }
  const top = Math.max(0, lines.closest(".transcript").getBoundingClientRect().top);
  const all = [...lines.querySelectorAll(":scope > p")];
  return all.find((line) => line.getBoundingClientRect().top >= top) ?? all[0];
}

// Calls `action` for a key of one letter that is pressed within `place`, but not where somebody types,
// or has such keys turned off.
export function onLetter(letter, action, place = document) {
  place.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.key.toLowerCase() !== letter) return;
    if (event.target.matches("input:not([type=checkbox], [type=radio]), textarea, select")) return;
    if (document.querySelector(".keys-on")?.checked === false) return;
    event.preventDefault();
    action(event);
  });
}
