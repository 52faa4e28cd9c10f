// Sends brochures one by one, with their progress, and follows the work as it goes on.
// Without this script the same forms work, and the list of work has a link to look again.

const form = document.querySelector("#envoi");
const sendings = document.querySelector("#envois");
const announcement = document.querySelector("#annonce");
const work = document.querySelector("#travaux");
const PAUSE_MS = 1000;
const REST_MS = 10000;

// Sending

const waiting = [];
let sending = false;

function line(file) {
  const item = document.createElement("li");
  item.className = "job";
  const name = document.createElement("strong");
  name.textContent = file.name;
  const state = document.createElement("p");
  state.className = "said";
  const bar = document.createElement("progress");
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute("aria-label", file.name);
  item.append(name, bar, state);
  return { file, item, state, bar };
}

function tell(sent, look, message) {
  sent.item.className = `job ${look}`;
  sent.state.textContent = message;
  if (look) {
    sent.bar.remove();
    announcement.textContent = `${sent.file.name}, ${message}`;
  }
}

function reason(request) {
  if (request.status === 401 || request.redirected) return form.dataset.closed;
  if (request.status === 413) return form.dataset.large;
  try {
    const answer = JSON.parse(request.responseText);
    return answer.refused?.join(" ") || answer.detail || form.dataset.failed;
  } catch {
    return form.dataset.failed;
  }
}

function send(sent) {
  return new Promise((done) => {
    const body = new FormData();
    body.append("csrf_token", form.elements.csrf_token.value);
    body.append("files", sent.file);
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) sent.bar.value = event.loaded / event.total;
    });
    request.addEventListener("load", () => {
      const taken = request.status === 202;
      tell(sent, taken ? "good" : "bad", taken ? form.dataset.sent : reason(request));
      done(taken);
    });
    request.addEventListener("error", () => {
      tell(sent, "bad", form.dataset.lost);
      done(false);
    });
    tell(sent, "", form.dataset.sending);
    request.send(body);
  });
}

async function sendAll() {
  if (sending) return;
  sending = true;
  while (waiting.length) {
    const sent = waiting.shift();
    const taken = await send(sent);
    await follow();
    // From now on it stands in the list of work.
    if (taken) sent.item.remove();
    sendings.hidden = !sendings.children.length;
  }
  sending = false;
}

function take(files) {
  if (!sending) sendings.replaceChildren();
  for (const file of files) {
    const sent = line(file);
    sendings.append(sent.item);
    if (file.size > Number(form.dataset.most)) tell(sent, "bad", form.dataset.large);
    else {
      tell(sent, "", form.dataset.waiting);
      waiting.push(sent);
    }
  }
  sendings.hidden = !sendings.children.length;
  sendAll();
}

if (form) {
  const input = form.querySelector("input[type=file]");
  form.querySelector(".invitation").hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    take([...input.files]);
    input.value = "";
  });
  for (const name of ["dragenter", "dragover"]) {
    form.addEventListener(name, (event) => {
      event.preventDefault();
      form.classList.add("over");
    });
  }
  form.addEventListener("dragleave", (event) => {
    if (!form.contains(event.relatedTarget)) form.classList.remove("over");
  });
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    form.classList.remove("over");
    // A folder has neither type nor size that can be sent.
    take([...event.dataTransfer.files].filter((file) => file.type || file.size % 4096));
  });
  window.addEventListener("beforeunload", (event) => {
    if (sending) event.preventDefault();
  });
}

// Following

let timer = 0;
let looking = false;

async function brochures() {
  const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
  if (!answer.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("#brochures");
  if (fresh) document.querySelector("#brochures").replaceWith(fresh);
}

async function look() {
  const answer = await fetch(work.dataset.url, { headers: { Accept: "application/json" } });
  if (!answer.ok) return false;
  const { active, html } = await answer.json();
  const list = work.querySelector("#travaux-liste");
  if (html !== look.last) {
    // A button that has the focus keeps it, where it is still there.
    const held = list.contains(document.activeElement) && document.activeElement.form?.action;
    list.innerHTML = html;
    const button = [...list.querySelectorAll("form")].find((each) => each.action === held);
    button?.querySelector("button").focus();
    look.last = html;
  }
  const before = Number(work.dataset.active);
  work.dataset.active = active;
  if (active < before) await brochures();
  if (active === 0 && before > 0) {
    announcement.textContent = list.querySelector("#etat").textContent;
  }
  return active > 0;
}

async function follow() {
  clearTimeout(timer);
  if (looking) return;
  looking = true;
  let pause = REST_MS;
  try {
    if (await look()) pause = PAUSE_MS;
  } catch {
    // The server restarts: look again later.
  }
  looking = false;
  timer = setTimeout(follow, sending ? PAUSE_MS : pause);
}

if (work) {
  work.querySelector("#actualiser").hidden = true;
  follow();
}
