// Which moments are chosen for a reel. The choice stays in this browser; the server learns of it
// when the reel is opened.

import { keep, kept } from "./kept.js";

const KEY = "podium-reel";
// As the page of the reel has it.
const MOST = 50;

export class ReelChoice {
  constructor(tray) {
    this.tray = tray;
    this.buttons = new Map();
    this.clips = this.read();
    tray.querySelector(".empty").addEventListener("click", () => this.keep([]));
    addEventListener("storage", (event) => event.key === KEY && this.show(this.read()));
    this.show(this.clips);
  }

  // Makes a button choose a clip, "talk,from,to" in seconds, and leave it out again.
  offer(button, clip) {
    this.buttons.set(button, clip);
    button.setAttribute("aria-pressed", String(this.clips.includes(clip)));
    button.addEventListener("click", () => {
      if (this.clips.includes(clip)) this.keep(this.clips.filter((other) => other !== clip));
      else if (this.clips.length < MOST) this.keep([...this.clips, clip]);
      else this.say(this.tray.dataset.full);
    });
  }

  read() {
    const clips = kept(KEY);
    return Array.isArray(clips) ? clips.filter((clip) => typeof clip === "string") : [];
  }

  keep(clips) {
    keep(KEY, clips);
    this.show(clips);
  }

  show(clips) {
    this.clips = clips;
    for (const [button, clip] of this.buttons) {
      button.setAttribute("aria-pressed", String(clips.includes(clip)));
    }
    this.tray.hidden = !clips.length;
    this.say(this.tray.dataset[clips.length === 1 ? "one" : "many"].replace("{count}", clips.length));
    const link = this.tray.querySelector("a");
    link.href = `${link.pathname}?${new URLSearchParams(clips.map((clip) => ["m", clip]))}`;
  }

  say(text) {
    this.tray.querySelector("[role=status]").textContent = text;
  }
}
