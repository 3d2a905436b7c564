// Clips: asks for one, and shows how far it is until it can be taken away.

const LOOK_MS = 500;

export function attachClips(root) {
  for (const form of root.querySelectorAll(".clip-form")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      ask(form, form.closest(".clip").querySelector(".clip-state"));
    });
  }
  for (const place of root.querySelectorAll(".clip-state[data-status]")) {
    if (place.dataset.status && place.querySelector(".clip-file").hidden) follow(place, place.dataset.status);
  }
}

async function ask(form, place) {
  const button = form.querySelector("[type=submit]");
  button.disabled = true;
  place.hidden = false;
  const headers = { Accept: "application/json" };
  const clip = await answerOf(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), headers });
  if (!show(place, clip)) await follow(place, clip.status_url);
  button.disabled = false;
}

async function follow(place, address) {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    if (!place.isConnected || show(place, await answerOf(address))) return;
  }
}

async function answerOf(address, options = { headers: { Accept: "application/json" } }) {
  try {
    const answer = await fetch(address, options);
    return await answer.json();
  } catch {
    return null;
  }
}

// Shows where a clip stands; whether nothing more is to be waited for.
function show(place, clip) {
  const words = place.querySelector(".clip-words");
  const bar = place.querySelector("progress");
  const link = place.querySelector(".clip-file");
  const texts = place.dataset;
  const ended = !clip || Boolean(clip.error) || clip.state === "done" || clip.state === "failed";
  bar.hidden = ended;
  link.hidden = clip?.state !== "done";
  if (!clip) words.textContent = texts.lost;
  else if (clip.error) words.textContent = `${clip.error.message} ${clip.error.advice}`;
  else if (clip.state === "failed") words.textContent = `${texts.failed} ${clip.reason}`;
  else if (clip.state === "done") words.textContent = "";
  else if (!clip.worker) words.textContent = texts.noWorker;
  else words.textContent = clip.state === "waiting" ? texts.waiting : texts.cutting;
  if (clip?.state === "done") {
    const hadFocus = place.parentElement.contains(document.activeElement);
    link.href = clip.url;
    if (hadFocus) link.focus();
  } else if (clip) {
    bar.value = clip.share ?? 0;
  }
  return ended;
}

attachClips(document);
