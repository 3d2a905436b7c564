// A small player that opens below a moment and plays from there; one at a time.
import { LEAD_MS } from "./player.js";

export class InPlace {
  constructor(template) {
    this.template = template;
    this.at = null;
    this.panel = null;
    this.media = null;
  }

  // Opens at a moment and plays; gives the media element.
  open(moment) {
    if (this.at?.hit !== moment.hit) {
      this.close();
      this.panel = this.template.content.firstElementChild.cloneNode(true);
      const title = moment.hit.querySelector(".talk-title").textContent.trim();
      this.media = mediaOf(moment.hit, title);
      this.panel.querySelector(".screen").append(this.media);
      this.panel.querySelector(".close").addEventListener("click", () => this.close(true));
      this.panel.addEventListener("keydown", (event) => event.key === "Escape" && this.close(true));
      const unplayable = this.panel.querySelector(".unplayable");
      this.media.addEventListener("error", () => unplayable.removeAttribute("hidden"));
    }
    this.at?.playButton?.setAttribute("aria-expanded", "false");
    this.at = moment;
    moment.playButton.setAttribute("aria-expanded", "true");
    moment.place.append(this.panel);
    this.panel.scrollIntoView({ block: "nearest" });
    playFrom(this.media, moment.startMs);
    return this.media;
  }

  close(focus = false) {
    if (!this.at) return;
    this.media.pause();
    // Without a source the browser lets go of the connection.
    this.media.removeAttribute("src");
    this.media.load();
    this.panel.remove();
    this.at.playButton.setAttribute("aria-expanded", "false");
    if (focus) this.at.playButton.focus();
    this.at = this.panel = this.media = null;
  }
}

// The player for what an element names: its recording, whether that is video, and its captions.
export function mediaOf({ dataset }, title) {
  const media = document.createElement("video" in dataset ? "video" : "audio");
  media.controls = true;
  media.preload = "metadata";
  media.setAttribute("playsinline", "");
  media.setAttribute("aria-label", title);
  const captions = document.createElement("track");
  captions.kind = "captions";
  captions.src = dataset.captions;
  captions.default = media.localName === "video";
  media.append(captions);
  media.src = dataset.media;
  return media;
}

// Plays from a word on, as soon as the length of the recording is known. Where the browser wants a
// click first, the player's own button is there.
export function playFrom(media, wordMs) {
  const play = () => {
    media.currentTime = Math.max(0, wordMs - LEAD_MS) / 1000;
    media.play().catch(() => {});
  };
  if (media.readyState >= HTMLMediaElement.HAVE_METADATA) play();
  else media.addEventListener("loadedmetadata", play, { once: true });
}
