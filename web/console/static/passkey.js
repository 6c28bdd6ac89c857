// Has the browser use or make a passkey, and sends what it answers.
"use strict";

const form = document.querySelector("form[data-passkey]");
const failed = form.querySelector(".error");
const again = form.querySelector("[data-again]");

async function use() {
  failed.hidden = again.hidden = true;
  try {
    const { publicKey } = JSON.parse(form.dataset.options);
    const credential = form.dataset.passkey === "create"
      ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) })
      : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) });
    form.elements.response.value = JSON.stringify(credential.toJSON());
    form.requestSubmit();
  } catch {
    failed.hidden = again.hidden = false;
  }
}

again.addEventListener("click", use);
use();
