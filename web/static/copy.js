// A button beside each thing that is to be copied, and one to share a link where the device can. Without scripts it is one click to select.

const texts = document.getElementById("copy-texts")?.dataset;

export function addCopyButtons(root) {
  for (const place of root.querySelectorAll(".command, .copyable")) {
    if (place.querySelector("button")) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = texts.copy;
    button.addEventListener("click", () => copy(place.querySelector("code, textarea"), button));
    const label = place.querySelector("label");
    if (label) {
      button.setAttribute("aria-describedby", (label.id = `${label.htmlFor}-label`));
      label.after(button);
    } else {
      place.append(button);
    }
    if ("share" in place.dataset && navigator.share) button.before(shareButton(place.querySelector("textarea")));
  }
}

// Phones hand a link on to any of their programs.
function shareButton(source) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = texts.share;
  // Whoever chooses no program has changed their mind, which is no fault.
  button.addEventListener("click", () => navigator.share({ title: document.title, url: source.value }).catch(() => {}));
  return button;
}

async function copy(source, button) {
  try {
    await navigator.clipboard.writeText(source.value ?? source.textContent);
    button.textContent = texts.copied;
  } catch {
    // Browsers refuse the clipboard on plain HTTP: select the text, so that a key copies it.
    if (source.select) source.select();
    else getSelection().selectAllChildren(source);
    button.textContent = texts.selected;
  }
}

if (texts) addCopyButtons(document);
