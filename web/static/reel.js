// A reel: its moments play one after the other on one screen.
import { mediaOf, playFrom } from "./in_place.js";
import { Sequence } from "./sequence.js";

const form = document.querySelector(".reel");
const screen = form.querySelector(".screen");

const clips = [...form.querySelectorAll(".clip")].map((place) => {
  const [startMs, endMs] = place.dataset.ms.split(" ").map(Number);
  return { place, startMs, endMs, time: place.querySelector("time").textContent };
});

if (screen) {
  const playable = clips.filter(({ place }) => place.dataset.media);
  let playing = null;
  let media = null;
  const mark = (clip) => {
    for (const { place } of clips) place.removeAttribute("aria-current");
    clip?.place.setAttribute("aria-current", "true");
  };
  const sequence = new Sequence(document.querySelector("#playing"), {
    show(clip) {
      if (playing?.place.dataset.media !== clip.place.dataset.media) {
        media = mediaOf(clip.place, clip.place.querySelector(".clip-title").textContent);
        screen.replaceChildren(media);
      }
      playing = clip;
      mark(clip);
      clip.place.scrollIntoView({ block: "nearest" });
      playFrom(media, clip.startMs);
      return media;
    },
    stopped() {
      mark(null);
      playAll.focus();
    },
  });
  const playAll = form.querySelector(".play-all");
  playAll.closest("p").hidden = false;
  playAll.addEventListener("click", () => sequence.start(playable, clips.length - playable.length));
  for (const [number, { place }] of playable.entries()) {
    const button = place.querySelector(".play-here");
    button.hidden = false;
    button.addEventListener("click", () => {
      sequence.start(playable, clips.length - playable.length, number);
    });
  }
}

const copy = form.querySelector(".copy");
copy.hidden = false;
copy.addEventListener("click", async () => {
  const address = form.querySelector("#reel-address");
  try {
    await navigator.clipboard.writeText(address.value);
    copy.textContent = copy.dataset.copied;
  } catch {
    // Browsers refuse the clipboard on plain HTTP: select the text, so that a key copies it.
    address.select();
    copy.textContent = copy.dataset.selected;
  }
});
