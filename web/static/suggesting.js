// A reader's suggestion begins at the line that is meant.
import { lineMeant, onLetter, secondOf } from "./lines.js";

const link = document.querySelector(".suggest-page");
const lines = document.querySelector(".lines");

function point() {
  const address = new URL(link.href);
  address.searchParams.set("t", secondOf(lineMeant(lines)));
  link.href = address;
}

if (lines) {
  link.addEventListener("pointerdown", point);
  link.addEventListener("focus", point);
  onLetter("e", () => {
    point();
    location.assign(link.href);
  });
}
