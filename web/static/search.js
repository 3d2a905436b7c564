// The search page: its moments by keyboard, played in place or one after the other, and chosen.
import { InPlace } from "./in_place.js";
import { keep, kept } from "./kept.js";
import { Moments } from "./moments.js";
import { ReelChoice } from "./reel_choice.js";
import { Sequence } from "./sequence.js";
import "./strip.js";

// Remembers which words a hit matched, so that the talk's page can mark all of them. The address
// of the hit carries the time of the first one only.
document.addEventListener("click", (event) => {
  const hit = event.target.closest("a.moment");
  if (!hit) return;
  const matched = [...hit.querySelectorAll("mark")].map((mark) => mark.textContent);
  sessionStorage.setItem("podium-hit", JSON.stringify({ href: hit.getAttribute("href"), matched }));
});

const tools = document.querySelector(".moment-tools");
if (tools) {
  const inPlace = new InPlace(document.querySelector("#in-place"));
  const moments = new Moments(document.querySelector("#moment-tool"), tools.querySelector("[role=status]"));
  const choice = new ReelChoice(document.querySelector("#reel-tray"));
  const sequence = new Sequence(document.querySelector("#playing"), {
    show(moment) {
      moments.announce(moment);
      return inPlace.open(moment);
    },
    stopped(moment) {
      inPlace.close();
      moment?.link.focus();
    },
  });

  const playAll = tools.querySelector(".play-all");
  const keys = tools.querySelector(".keys-on");
  const playable = moments.hits.filter((moment) => moment.media);
  tools.hidden = !moments.hits.length;
  playAll.hidden = !playable.length;
  playAll.addEventListener("click", () => {
    sequence.start(playable, moments.hits.length - playable.length);
  });

  for (const moment of moments.all) {
    moment.playButton?.addEventListener("click", () => {
      sequence.end();
      if (inPlace.at === moment) inPlace.close();
      else inPlace.open(moment);
    });
    choice.offer(moment.chooseButton, moment.clip);
  }

  // Single letters are keys only while they are wanted: who speaks to the browser can turn them off.
  keys.setAttribute("aria-pressed", String(kept("podium-keys") !== false));
  keys.addEventListener("click", () => {
    const on = keys.getAttribute("aria-pressed") !== "true";
    keys.setAttribute("aria-pressed", String(on));
    keep("podium-keys", on);
  });
  const wanted = { j: 1, k: -1 };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches("input, textarea, select, [contenteditable]")) return;
    const step = wanted[event.key.toLowerCase()];
    if (!step || keys.getAttribute("aria-pressed") !== "true") return;
    event.preventDefault();
    if (sequence.isOn) return sequence.play(sequence.number + step);
    const moment = moments.step(step);
    if (moment && inPlace.at && moment.media) inPlace.open(moment);
  });
}
