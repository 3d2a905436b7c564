// The moments of a page as one row: each gets its buttons, and its hits can be gone through.

export class Moment {
  constructor(place, tool) {
    this.place = place;
    this.link = place.querySelector("a.moment");
    this.hit = place.closest(".hit");
    this.time = place.querySelector("time").textContent;
    this.media = this.hit.dataset.media;
    const [startMs, fromMs, toMs] = place.dataset.ms.split(" ").map(Number);
    this.startMs = startMs;
    this.endMs = toMs;
    // What is shown of it is what is chosen, out to hundredths of a second.
    this.clip = `${this.hit.dataset.talk},${Math.floor(fromMs / 10) / 100},${Math.ceil(toMs / 10) / 100}`;

    const tools = tool.content.firstElementChild.cloneNode(true);
    for (const button of tools.querySelectorAll("button")) {
      button.setAttribute("aria-label", button.dataset.label.replace("{time}", this.time));
      button.title = button.getAttribute("aria-label");
    }
    this.chooseButton = tools.querySelector(".choose");
    this.playButton = tools.querySelector(".play-here");
    if (!this.media) {
      this.playButton.remove();
      this.playButton = null;
    }
    place.append(tools);
  }
}

// `all` have their buttons; `hits` are those that were found, without what may have been misheard.
export class Moments {
  constructor(tool, said) {
    this.said = said;
    this.all = [...document.querySelectorAll(".hit .moment-place")].map((one) => new Moment(one, tool));
    this.hits = this.all.filter(({ hit }) => !hit.matches(".hit-heard"));
  }

  announce(moment) {
    this.said.textContent = this.said.dataset.hit
      .replace("{number}", this.hits.indexOf(moment) + 1)
      .replace("{count}", this.hits.length)
      .replace("{time}", moment.time);
  }

  // The hit so many behind the one that has the focus, or else the first or the last; focused.
  step(by) {
    const now = this.hits.findIndex(({ place }) => place.contains(document.activeElement));
    const next = now < 0 ? (by > 0 ? 0 : this.hits.length - 1) : now + by;
    const moment = this.hits[next];
    if (!moment) return null;
    moment.link.focus();
    moment.link.scrollIntoView({ block: "nearest" });
    this.announce(moment);
    return moment;
  }
}
