// The queue of suggestions: one key each, and the page stays where it is.
import { onLetter } from "./lines.js";

const queue = document.querySelector(".queue");
const count = document.querySelector(".waiting-count");
const all = () => [...queue.querySelectorAll(".waiting")];

let current = null;

function mark(one, { focus = true } = {}) {
  current?.classList.remove("current");
  current = one ?? null;
  current?.classList.add("current");
  if (focus) current?.focus();
}

function move(step) {
  const shown = all();
  const at = shown.indexOf(current);
  mark(shown[Math.min(Math.max(at + step, 0), shown.length - 1)]);
}

async function send(form) {
  const one = form.closest(".waiting");
  const isLast = all().at(-1) === one;
  const answer = await fetch(form.action, {
    method: "POST",
    headers: { Accept: "application/json" },
    body: new URLSearchParams(new FormData(form)),
  }).catch(() => null);
  const document = await answer?.json().catch(() => null);
  if (!document) return say(one, queue.dataset.failed);
  if (!answer.ok) return say(one, `${document.error.message} ${document.error.advice}`);
  const next = isLast ? one.previousElementSibling : one.nextElementSibling;
  one.remove();
  const left = document.left ? String(document.left) : queue.dataset.none;
  count.textContent = `${queue.dataset[document.state]} ${left}`;
  mark(next);
}

function say(one, text) {
  let place = one.querySelector(".said-back");
  if (!place) {
    place = document.createElement("p");
    place.className = "fault said-back";
    place.setAttribute("role", "alert");
    one.querySelector(".decide").before(place);
  }
  place.textContent = text;
}

queue.addEventListener("submit", (event) => {
  event.preventDefault();
  send(event.target);
});
queue.addEventListener("focusin", (event) => mark(event.target.closest(".waiting"), { focus: false }));

queue.addEventListener("keydown", (event) => {
  if (!event.target.matches("textarea")) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.target.form.requestSubmit();
  else if (event.key === "Escape") event.target.closest(".waiting").focus();
  else return;
  event.preventDefault();
});

const press = (selector) => current?.querySelector(selector)?.requestSubmit();

// The keys are those of the queue: pressed elsewhere they decide nothing.
const onKey = (letter, action) => onLetter(letter, action, queue);

onKey("j", () => move(1));
onKey("k", () => move(-1));
onKey("a", () => press(".accepting"));
onKey("d", () => press(".declining"));
onKey("e", () => {
  const change = current?.querySelector(".change");
  if (!change) return;
  change.open = true;
  change.querySelector("textarea").focus();
});
onKey("p", () => {
  const sound = current?.querySelector("audio");
  if (sound?.paused) sound.play().catch(() => {});
  else sound?.pause();
});

mark(all()[0]);
