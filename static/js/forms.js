// Forms that lose nothing: drafts while one types, and a new sign-in over the page when the
// session has run out. Runs before app.js, so that a form held back here is not yet "sent".
(() => {
  const shelf = document.getElementById("sign-in-again");
  const path = window.location.pathname;
  const stored = (key) => `draft:${key}`;
  const forget = (keep) => {
    for (const key of Object.keys(window.sessionStorage)) {
      if (key.startsWith("draft:") && !(keep && key.startsWith(stored(`${keep}:`)))) {
        window.sessionStorage.removeItem(key);
      }
    }
  };
  if (!shelf) return;
  const person = shelf.dataset.person;
  const key = stored(`${person}:${path}`);
  const word = (name) => shelf.content.querySelector(`[data-word="${name}"]`).textContent;
  forget(person);

  const ask = (address, options = {}) => fetch(address, {
    credentials: "same-origin",
    redirect: "follow",
    ...options,
    headers: { "X-Over-Page": "1", ...(options.headers ?? {}) },
  });
  const isDoor = (answer) => answer.status === 401 && (answer.headers.get("HX-Redirect") ?? "").startsWith("/login/");

  // --- Signing in over the page --------------------------------------------------------------
  let asking = null;

  const takeToken = (token) => {
    for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token;
    document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
  };
  const token = () => JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"] ?? "";

  // Resolves when the page's own person is signed in again, rejects when they would not.
  const signInAgain = (why = "") => {
    asking ??= new Promise((resolve, reject) => {
      const dialog = shelf.content.querySelector("dialog").cloneNode(true);
      const part = (name) => dialog.querySelector(`[${name}]`);
      const form = dialog.querySelector("form");
      if (why) part("data-why").textContent = why;
      const before = document.activeElement;
      const end = (settle) => {
        asking = null;
        dialog.close();
        dialog.remove();
        before?.focus?.();
        settle();
      };
      const said = (sentence, way = "") => {
        part("data-said").textContent = sentence;
        part("data-way").hidden = part("data-check").hidden = !way;
        if (way) part("data-way").href = way;
        part("data-refused").hidden = false;
        form.elements.password.value = "";
      };
      const passed = (known) => {
        takeToken(known.token);
        end(resolve);
      };
      form.addEventListener("submit", async (event) => {
        event.preventDefault();
        event.stopPropagation();
        try {
          const answer = await ask(form.action, {
            method: "POST",
            body: new URLSearchParams(new FormData(form)),
            headers: { "X-CSRFToken": token() },
          });
          if (!(answer.headers.get("Content-Type") ?? "").includes("json")) return said(await sentenceOf(answer));
          const found = await answer.json();
          if (found.token && found.username === person) return passed(found);
          said(found.said ?? word("another"), found.url ?? "");
        } catch {
          said(word("not-sent"));
        }
      });
      part("data-check").addEventListener("click", async () => {
        try {
          const found = await session();
          if (found?.username === person) passed(found);
          else said(found ? word("another") : part("data-said").textContent, found ? "" : part("data-way").href);
        } catch {
          said(word("not-sent"));
        }
      });
      part("data-later").addEventListener("click", () => end(reject));
      dialog.addEventListener("cancel", (event) => { event.preventDefault(); end(reject); });
      document.body.append(dialog);
      dialog.showModal();
      form.elements.password.focus();
    });
    return asking;
  };

  // What an answer that is a page says: the lock of the door names itself in its first paragraph.
  const sentenceOf = async (answer) => {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const lines = [...page.querySelectorAll("[data-code] p")].slice(0, 2).map((line) => line.textContent.trim());
    return lines.join(" ") || word("broken");
  };

  // Who is signed in now; null when nobody is.
  const session = async () => {
    const answer = await ask(shelf.dataset.session, { headers: { "X-Background": "1" } });
    if (answer.status === 401) return null;
    if (!answer.ok) throw new Error(answer.status);
    return answer.json();
  };

  const present = async () => {
    const found = await session();
    if (!found) return signInAgain();
    if (found.username !== person) return signInAgain(word("another"));
    takeToken(found.token);
  };

  // --- Drafts --------------------------------------------------------------------------------
  const drafted = document.querySelector("form[data-draft]");
  const DELAY = 1500;
  let changed = false;
  let timer = 0;
  let saving = null;
  let declined = false;

  const contentOf = (form) => {
    const data = new FormData(form);
    for (const field of form.elements) {
      if (field.type === "password" || field.type === "file") data.delete(field.name);
    }
    data.set("_draft", "save");
    return new URLSearchParams(data);
  };
  const say = (sentence) => {
    const place = drafted?.querySelector("[data-draft-state]");
    if (place && place.textContent !== sentence) place.textContent = sentence;
  };

  const save = async (mayAsk = true) => {
    window.clearTimeout(timer);
    if (saving) return saving.then(() => save(mayAsk));
    if (!changed) return;
    if (document.querySelector("[data-draft-offer]")) return say(word("waiting"));
    saving = (async () => {
      changed = false;
      const body = contentOf(drafted);
      try {
        const answer = await ask(path, { method: "POST", body, headers: { "X-CSRFToken": token() }, keepalive: !mayAsk });
        if (isDoor(answer)) {
          changed = true;
          say(word("signed-out"));
          if (mayAsk && !declined) signInAgain().then(() => save(), () => { declined = true; });
          return;
        }
        const found = (answer.headers.get("Content-Type") ?? "").includes("json") ? await answer.json() : {};
        if (!answer.ok && !found.said) throw new Error(answer.status);
        // Too long is said once; the next change tries again.
        if (answer.ok) window.sessionStorage.removeItem(key);
        say(found.said ?? "");
      } catch {
        changed = true;
        body.delete("csrfmiddlewaretoken");
        // The portal seals its drafts; here they lie open, so no number of a person is among them.
        for (const field of drafted.querySelectorAll("[data-personal]")) body.delete(field.name);
        try { window.sessionStorage.setItem(key, body.toString()); } catch { /* no room: the page itself still has it */ }
        say(word("unreachable"));
        timer = window.setTimeout(save, DELAY * 10);
      }
    })();
    await saving;
    saving = null;
  };

  const later = () => {
    changed = true;
    window.clearTimeout(timer);
    timer = window.setTimeout(save, DELAY);
  };

  if (drafted) {
    drafted.addEventListener("input", later);
    drafted.addEventListener("change", later);
    drafted.addEventListener("focusout", () => { if (changed) save(); });
    document.addEventListener("visibilitychange", () => { if (document.hidden && changed) save(false); });
    window.addEventListener("beforeunload", (event) => {
      const files = [...drafted.querySelectorAll("[type=file]")].some((field) => field.files.length);
      if (!drafted.dataset.leaving && (changed || files)) event.preventDefault();
    });
    // What was typed while the portal could not be reached goes to it now, and is offered.
    const left = window.sessionStorage.getItem(key);
    if (left) {
      ask(path, { method: "POST", body: new URLSearchParams(left), headers: { "X-CSRFToken": token() } }).then((answer) => {
        if (!answer.ok) return;
        window.sessionStorage.removeItem(key);
        window.location.reload();
      }, () => {});
    }
  }

  // --- Sending: first a look whether the session is still there ---------------------------------
  const isOwn = (form) => form.hasAttribute("data-own") || form.method !== "post"
    || form.hasAttribute("hx-post") || new URL(form.action, window.location.href).origin !== window.location.origin;

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (isOwn(form)) return;
    const isSignOut = new URL(form.action, window.location.href).pathname.startsWith("/logout/");
    if (isSignOut) return forget();
    if (form.dataset.checked) {
      delete form.dataset.checked;
      if (form === drafted) {
        drafted.dataset.leaving = "yes";
        window.sessionStorage.removeItem(key);
      }
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    if (form.dataset.checking) return;
    form.dataset.checking = "yes";
    const { submitter } = event;
    const send = async () => {
      window.clearTimeout(timer);
      if (form === drafted && saving) await saving;
      await present();
      form.dataset.checked = "yes";
      form.requestSubmit(submitter);
    };
    send().catch((error) => { if (error) notSent(form); }).finally(() => { delete form.dataset.checking; });
  }, true);

  const notSent = (form) => {
    if (form === drafted) { changed = true; save(false); }
    const place = document.getElementById("messages");
    const line = document.createElement("p");
    line.className = "notice";
    line.dataset.tone = "error";
    line.textContent = word("not-sent");
    place?.replaceChildren(line);
    line.scrollIntoView?.({ block: "nearest" });
  };

  // --- htmx: instead of a door in a fragment, a new sign-in, then the same again ----------------
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    const { xhr, requestConfig: wanted, target } = event.detail;
    if (xhr.status !== 401 || !(xhr.getResponseHeader("HX-Redirect") ?? "").startsWith("/login/")) return;
    event.preventDefault();
    const source = event.detail.elt;
    signInAgain().then(() => {
      const values = Object.fromEntries(Object.entries(wanted.parameters ?? {}).filter(([name]) => name !== "csrfmiddlewaretoken"));
      window.htmx.ajax(wanted.verb, wanted.path, { source, target, values });
    }, () => {});
  });

  // A page that comes back from the browser's memory may be sent again.
  window.addEventListener("pageshow", () => {
    if (drafted) delete drafted.dataset.leaving;
    for (const form of document.querySelectorAll("form[data-checked], form[data-checking]")) {
      delete form.dataset.checked;
      delete form.dataset.checking;
    }
  });
})();
