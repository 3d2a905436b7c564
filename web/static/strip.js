// The strips of talks: what is said at a mark is shown beside its picture, on hover and on focus,
// and the arrows go from mark to mark. Without this script the marks are links with a title.

// A picture is asked for where somebody stays, not wherever the pointer passes.
const STAY_MS = 150;
// This near to a mark a click is meant for it, in pixels.
const NEAR = 14;

class Strip {
  constructor(box) {
    this.box = box;
    this.marks = [...box.querySelectorAll("a")];
    this.shown = null;
    this.wait = 0;
    for (const mark of this.marks) {
      // A title would be shown by the browser as well.
      const title = mark.querySelector("title");
      mark.setAttribute("aria-label", title.textContent);
      title.remove();
    }
    this.peek = element("div", "peek");
    this.peek.setAttribute("aria-hidden", "true");
    this.peek.hidden = true;
    if (box.dataset.frames) this.peek.append(element("img", "peek-frame"));
    this.peek.append(element("p", "peek-words"));
    this.peek.lastChild.dir = "auto";
    box.append(this.peek);
    const svg = box.querySelector("svg");
    svg.addEventListener("pointermove", (event) => this.show(this.nearest(event)));
    svg.addEventListener("click", (event) => this.clicked(event));
    box.addEventListener("pointerleave", () => this.hide());
    box.addEventListener("focusin", (event) => this.show(event.target.closest("a")));
    box.addEventListener("focusout", () => this.hide());
    box.addEventListener("keydown", (event) => this.keyed(event));
  }

  nearest({ clientX }) {
    let found = null;
    let nearest = NEAR;
    for (const mark of this.marks) {
      const { left, right } = mark.getBoundingClientRect();
      const away = Math.max(left - clientX, clientX - right, 0);
      if (away < nearest) [found, nearest] = [mark, away];
    }
    return found;
  }

  clicked(event) {
    if (event.target.closest("a")) return;
    const mark = this.nearest(event);
    if (mark) location.assign(mark.getAttribute("href"));
  }

  show(mark) {
    if (!mark) return this.hide();
    if (mark === this.shown) return;
    this.shown?.classList.remove("shown");
    this.shown = mark;
    mark.classList.add("shown");
    this.peek.querySelector("p").textContent = mark.getAttribute("aria-label");
    this.peek.hidden = false;
    const box = this.box.getBoundingClientRect();
    const { left, width } = mark.getBoundingClientRect();
    const room = box.width - this.peek.offsetWidth;
    const at = left + width / 2 - box.left - this.peek.offsetWidth / 2;
    this.peek.style.left = `${Math.max(0, Math.min(at, room))}px`;
    this.showFrame(mark);
  }

  showFrame(mark) {
    const frame = this.peek.querySelector("img");
    if (!frame) return;
    clearTimeout(this.wait);
    frame.hidden = true;
    this.wait = setTimeout(() => {
      const seconds = new URLSearchParams(mark.getAttribute("href").split("?")[1]).get("t");
      const fresh = element("img", "peek-frame");
      fresh.alt = "";
      fresh.addEventListener("error", () => (fresh.hidden = true));
      fresh.src = `${this.box.dataset.frames}${Math.floor(Number(seconds)) * 1000}.jpg`;
      frame.replaceWith(fresh);
    }, STAY_MS);
  }

  hide() {
    clearTimeout(this.wait);
    this.shown?.classList.remove("shown");
    this.shown = null;
    this.peek.hidden = true;
  }

  keyed(event) {
    if (event.key === "Escape") return this.hide();
    const now = this.marks.indexOf(document.activeElement);
    const last = this.marks.length - 1;
    const next = { ArrowRight: now + 1, ArrowLeft: now - 1, Home: 0, End: last }[event.key];
    if (next === undefined || now < 0) return;
    event.preventDefault();
    const mark = this.marks[Math.max(0, Math.min(next, last))];
    this.marks[now].setAttribute("tabindex", "-1");
    mark.removeAttribute("tabindex");
    mark.focus();
  }
}

function element(name, className) {
  const made = document.createElement(name);
  made.className = className;
  return made;
}

for (const box of document.querySelectorAll(".strip")) new Strip(box);
