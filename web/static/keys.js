// The keys of a page, their list, and the switch that turns single letters off.

const OFF = "podium-keys-off";
// These press or move what has the focus; there the page leaves them alone.
const PRESSING = "a, button, summary, audio, video, select, [role=slider]";
const TYPING = "input:not([type=checkbox]), textarea, select, [contenteditable]";

export class Keys {
  constructor(actions, help) {
    this.actions = { ...actions, "?": () => help.showModal() };
    this.on = help.querySelector(".keys-on");
    this.on.checked = !isStoredOff();
    this.on.addEventListener("change", () => storeOff(!this.on.checked));
    document.addEventListener("keydown", (event) => this.pressed(event));
  }

  run(key) {
    this.actions[key]?.();
  }

  pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const focus = event.target;
    if (focus.matches(TYPING) || focus.closest("dialog[open]")) return;
    if (event.key === " " && focus.matches(PRESSING)) return;
    if (event.key.length === 1 && event.key !== " " && !this.on.checked) return;
    const action = this.actions[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!action) return;
    event.preventDefault();
    action();
  }
}

// Browsers may refuse to store anything; then the switch holds for this page.
function isStoredOff() {
  try {
    return localStorage.getItem(OFF) !== null;
  } catch {
    return false;
  }
}

function storeOff(isOff) {
  try {
    if (isOff) localStorage.setItem(OFF, "");
    else localStorage.removeItem(OFF);
  } catch {
    // Nothing to do.
  }
}
