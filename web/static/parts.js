// A long transcript comes in parts: adds those that the page does not hold. Times and marks are
// the transcript's own business.

export async function addOtherParts(lines) {
  const own = Number(lines.dataset.part);
  const count = Number(lines.dataset.parts);
  const beside = "beside" in lines.dataset ? "?beside" : "";
  const numbers = Array.from({ length: count }, (_, n) => n + 1).filter((n) => n !== own);
  const parts = await Promise.all(numbers.map((n) => part(`${location.pathname}/lines/${n}${beside}`)));
  // All or none: with a part missing, the lines would not be those of the words.
  if (parts.includes(null)) return;
  lines.prepend(...parts.filter((_, at) => numbers[at] < own));
  lines.append(...parts.filter((_, at) => numbers[at] > own));
  for (const link of lines.parentElement.querySelectorAll(".part-link")) link.remove();
}

async function part(address) {
  const answer = await fetch(address).catch(() => null);
  if (!answer?.ok) return null;
  const holder = document.createElement("template");
  holder.innerHTML = await answer.text();
  return holder.content;
}
