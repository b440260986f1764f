// Conversations that are kept: their list, and the one that this tab comes back to when it is loaded
// anew.
(() => {
  "use strict";

  const KEPT = "pullquote-conversation";
  const TOLD_MS = 6000;
  const PAUSE_MS = 300; // between the last letter that is looked for and looking

  let send = () => {};
  let current = stored(); // the conversation that this tab shows
  let isBack = false; // whether it has been asked for, or is there
  let waiting = 0;
  let telling = 0;
  let told = ""; // what is said for a while below the composer, and what stood there before
  let before = [];
  let caret = null; // where the search box had it, while the list is written anew

  function stored() {
    try {
      return sessionStorage.getItem(KEPT) ?? "";
    } catch {
      return "";
    }
  }

  function store(key) {
    current = key;
    try {
      sessionStorage.setItem(KEPT, key);
    } catch { /* a browser that keeps nothing forgets it with a reload */ }
  }

  const ask = (what, data = {}) => send({ do: what, ...data });

  // The conversation has been written; the first time, a page that was loaded anew asks for its last.
  function conversation(root) {
    const key = root.dataset.kept ?? "";
    const isNew = root.dataset.turns === "0";
    if (isNew && !isBack && current) {
      isBack = true;
      ask("reopen", { key: current, quietly: true });
      followLink(); // in this order, as one is done after the other
    } else if (key !== current) store(key);
    if (!isBack) followLink();
    isBack = true;
  }

  window.addEventListener("hashchange", followLink);

  function reader() {
    const field = document.querySelector(".pq-find-kept");
    if (!field || caret === null) return;
    field.focus();
    field.setSelectionRange(caret, caret);
  }

  // Something to take away has come.
  function parcel(element) {
    const { file, type, content, copy } = element.querySelector("[data-once]")?.dataset ?? {};
    if (file) save(file, new Blob([Uint8Array.from(atob(content), (c) => c.charCodeAt(0))], { type }));
    else if (copy !== undefined) write(copy);
  }

  function save(name, blob) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    tell(`Saved ${name}.`);
  }

  // A link to a quote, `#quote=…`: the server knows what it means, but not where the page is.
  function followLink() {
    if (location.hash.startsWith("#quote=")) ask("quote", { link: location.hash });
  }

  async function write(words) {
    const here = location.origin + location.pathname;
    try {
      await navigator.clipboard.writeText(words.replace(/^#quote=/gm, `${here}#quote=`));
      tell("Copied.");
    } catch {
      tell("Could not copy.");
    }
  }

  function tell(words) {
    document.getElementById("pq-live").textContent = words;
    const note = document.querySelector("#pq-note .pq-said");
    if (!note) return;
    clearTimeout(telling);
    if (note.textContent !== told) before = note.cloneNode(true).childNodes;
    note.textContent = told = words;
    telling = setTimeout(() => {
      if (note.textContent === told) note.replaceChildren(...before);
    }, TOLD_MS);
  }

  document.addEventListener("change", (event) => {
    const list = event.target;
    if (!list.matches?.(".pq-take") || list.dataset.notes !== undefined || !list.value) return;
    const { key, turn } = list.dataset;
    ask("take", { form: list.value, ...(key && { key }), ...(turn && { turn: Number(turn) }) });
    list.value = "";
  });

  const row = (button) => button.closest("li");

  function startRenaming(button) {
    const field = row(button).querySelector(".pq-newname");
    row(button).classList.add("pq-renaming");
    field.hidden = false;
    field.focus();
    field.select();
  }

  function stopRenaming(field) {
    if (field.hidden) return;
    field.hidden = true;
    field.value = field.defaultValue;
    row(field).classList.remove("pq-renaming");
  }

  const acts = {
    conversations: () => ask("list"),
    reopen: (button) => ask("reopen", { key: button.dataset.key }),
    rename: startRenaming,
    discard: (button) => ask("remove", { key: button.dataset.key }),
    restore: (button) => ask("restore", { key: button.dataset.key }),
  };

  document.addEventListener("input", (event) => {
    if (!event.target.matches?.(".pq-find-kept")) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      caret = event.target.selectionStart;
      ask("find", { words: event.target.value });
    }, PAUSE_MS);
  });

  document.addEventListener("focusin", (event) => {
    if (!event.target.matches?.(".pq-find-kept")) caret = null;
  });

  document.addEventListener("keydown", (event) => {
    const field = event.target;
    if (!field.matches?.(".pq-newname")) return;
    if (event.key === "Escape") {
      event.stopImmediatePropagation(); // it would close the sheet too
      const button = row(field).querySelector("[data-act=rename]");
      stopRenaming(field);
      button.focus();
    } else if (event.key === "Enter") ask("rename", { key: field.dataset.key, name: field.value });
  }, true);

  document.addEventListener("focusout", (event) => {
    if (event.target.matches?.(".pq-newname")) stopRenaming(event.target);
  });

  function start(sender) { send = sender; }

  window.PullquoteKept = { acts, start, conversation, reader, parcel, current: () => current };
})();
