// Hastens the console: nothing here is needed for it to work.
"use strict";

// Copies a text, and says so in the button.
for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    const word = button.textContent;
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = word; }, 1500);
  });
}

// A menu closes when something else is pressed, or by Escape.
addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// What ends or deletes is asked about once, where no page of its own does that.
addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-sure]");
  if (button && !confirm(button.dataset.sure)) event.preventDefault();
});

// A form is sent once, however often its button is pressed.
addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "1";
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// What is under way shows itself anew: data-live names the element of the page that is
// replaced, every few seconds while somebody looks; data-from is its page's address, where a
// form may have led to it.
const live = document.querySelector("[data-live]");
if (live) {
  const every = Number(live.dataset.live) * 1000;
  const renew = async () => {
    if (document.visibilityState === "visible" && !live.contains(document.activeElement)) {
      try {
        const answer = await fetch(live.dataset.from ?? location.href, { headers: { Accept: "text/html" } });
        const fresh = answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-live]");
        if (fresh) live.replaceChildren(...fresh.childNodes);
      } catch { /* the next time */ }
    }
    setTimeout(renew, every);
  };
  setTimeout(renew, every);
}

// A colour is chosen with the browser's own means, beside the field that holds it.
for (const picker of document.querySelectorAll("[data-colour-of]")) {
  const field = document.getElementById(picker.dataset.colourOf);
  picker.hidden = false;
  picker.addEventListener("input", () => {
    field.value = picker.value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  field.addEventListener("input", () => { if (/^#[0-9a-f]{6}$/i.test(field.value)) picker.value = field.value; });
}

// A preview follows the form: its accent and name by its address, a file that is not sent
// yet by its picture.
for (const form of document.querySelectorAll("form[data-preview]")) {
  const frame = document.getElementById(form.dataset.preview);
  const file = form.elements.logo;
  for (const button of form.querySelectorAll("[data-scriptless]")) button.hidden = true;
  let picture = "", later, address = frame.src;
  const paint = () => {
    const mark = frame.contentDocument?.querySelector(".who .company");
    if (!picture || !mark) return;
    const img = frame.contentDocument.createElement("img");
    img.className = "company";
    img.alt = "";
    img.src = picture;
    mark.replaceWith(img);
  };
  frame.addEventListener("load", paint);
  form.addEventListener("input", (event) => {
    if (event.target === file) return;
    clearTimeout(later);
    later = setTimeout(() => {
      const next = new URL(address);
      for (const name of ["accent", "company_name"]) next.searchParams.set(name, form.elements[name].value);
      if (next.href !== address) frame.contentWindow.location.replace(address = next.href); // no step of the way back
    }, 300);
  });
  file?.addEventListener("change", () => {
    const chosen = file.files[0];
    const large = chosen && chosen.size > Number(file.dataset.most);
    file.setCustomValidity(large ? "The file is too large: at most 48 KiB." : "");
    if (!chosen || large) { file.reportValidity(); return; }
    const reader = new FileReader();
    reader.addEventListener("load", () => { picture = reader.result; paint(); });
    reader.readAsDataURL(chosen);
  });
}
