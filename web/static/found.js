// After a correction: says when the search knows it, or that nobody is there to tell the search.

const PAUSE_MS = 400;
const LONGEST_MS = 20000;

// Asks `address` until the talk is found as it stands now; `say` gets "known", "soon" or "behind".
export async function untilFound(address, say) {
  const end = performance.now() + LONGEST_MS;
  while (performance.now() < end) {
    const answer = await fetch(address).catch(() => null);
    const { found, working } = answer?.ok ? await answer.json() : {};
    if (found) return say("known");
    if (working === false) return say("behind");
    say("soon");
    await new Promise((done) => setTimeout(done, PAUSE_MS));
  }
  say("behind");
}

// A paragraph that says how often the same mistake stands elsewhere, with a link; null for never.
export async function othersAt(address) {
  const answer = await fetch(address).catch(() => null);
  const { places, text, url } = answer?.ok ? await answer.json() : {};
  if (!places) return null;
  const paragraph = document.createElement("p");
  const link = document.createElement("a");
  link.href = url;
  link.textContent = text;
  paragraph.append(link);
  return paragraph;
}
