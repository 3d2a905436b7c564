// The moments of a page as one row: each gets its buttons, and j and k go from one to the next.

export class Moment {
  constructor(place, tool, number) {
    this.place = place;
    this.number = number;
    this.link = place.querySelector("a.moment");
    this.hit = place.closest(".hit");
    this.time = place.querySelector("time").textContent;
    this.media = this.hit.dataset.media;
    const [startMs, fromMs, toMs] = place.dataset.ms.split(" ").map(Number);
    this.startMs = startMs;
    this.endMs = toMs;
    // What is shown of it is what is chosen; hundredths of a second are enough.
    const seconds = (ms) => Number((ms / 1000).toFixed(2));
    this.clip = `${this.hit.dataset.talk},${seconds(Math.floor(fromMs / 10) * 10)},${seconds(Math.ceil(toMs / 10) * 10)}`;

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

export class Moments {
  constructor(tool, said) {
    this.said = said;
    const places = [...document.querySelectorAll(".hit .moment-place")];
    this.all = places.map((place, number) => new Moment(place, tool, number));
  }

  announce(moment) {
    this.said.textContent = this.said.dataset.hit
      .replace("{number}", moment.number + 1)
      .replace("{count}", this.all.length)
      .replace("{time}", moment.time);
  }

  // The moment so many behind the one that has the focus, or else the first or the last; focused.
  step(by) {
    const now = this.all.findIndex((moment) => moment.place.contains(document.activeElement));
    const next = now < 0 ? (by > 0 ? 0 : this.all.length - 1) : now + by;
    const moment = this.all[next];
    if (!moment) return null;
    moment.link.focus();
    moment.link.scrollIntoView({ block: "nearest" });
    this.announce(moment);
    return moment;
  }
}
