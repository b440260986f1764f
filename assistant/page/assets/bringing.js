// Documents that are brought: chosen, dropped anywhere, or pasted; sent one after the other, each in
// one request, and then read. It also asks now and then whether the folder has changed.
(() => {
  "use strict";

  const NOTICE_MS = 5000;
  const MOST_AT_ONCE = 1000; // files in one go
  const SHOWN_MS = 8000; // how long a good outcome stays
  const ADDRESS = "documents?name=";
  const CUT_OFF = "was not added: the connection to Pullquote was lost. Add it again.";

  const masthead = () => document.querySelector(".pq-masthead");
  const facts = () => masthead()?.dataset ?? {};
  const made = (tag, attributes = {}, ...inside) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...inside);
    return element;
  };
  const many = (number, noun) => `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;

  let send = () => {}; // tells the server an event of the masthead
  let isAway = false;
  let batch = null; // what is on its way, or has just come
  let reads = false; // whether what came is being read
  let taken = []; // names of what came last, as they are stored
  let page = {}; // what it uses of the page's own
  let wantsUndo = false; // whether the way to undo a removal gets the focus

  // --- the card that tells how far it is ---

  const card = made("section", { id: "pq-bring", "aria-label": "Documents that you add", hidden: "" });
  const said = made("p", { role: "status" });
  const bar = made("progress", { "aria-label": "Sent" });
  const refused = made("ul", { "aria-label": "Not taken" });
  const close = made("button", { type: "button", "data-act": "unbring", "aria-label": "Close", title: "Close" }, "×");
  const list = made("button", { type: "button", "data-act": "brought" }, "Show in the list");
  card.append(close, said, bar, refused, list);

  function say(words, share = null) {
    if (!card.isConnected) document.body.append(card);
    card.hidden = false;
    list.hidden = true;
    if (said.textContent !== words) said.textContent = words;
    bar.hidden = share === null;
    if (share !== null) bar.value = share;
  }

  function hide() {
    card.hidden = true;
    refused.replaceChildren();
  }

  function refuse(sentence) {
    refused.append(made("li", {}, sentence));
  }

  // --- sending ---

  function reasonAgainst(file, name) {
    const suffix = /\.[^.]+$/.exec(name)?.[0].toLowerCase() ?? "";
    const kinds = facts().kinds.split(" ");
    if (!kinds.includes(suffix)) {
      const what = suffix ? `is of the kind ‘${suffix}’, which can’t be read` : "has no suffix";
      return `‘${name}’ ${what}. What can be is ${kinds.join(", ")}.`;
    }
    if (file.size > Number(facts().megabytes) * 1e6)
      return `‘${name}’ is larger than ${facts().megabytes} MB. Divide it, or raise PULLQUOTE_MAX_FILE_MB.`;
    return file.size ? "" : `‘${name}’ is empty.`;
  }

  function sent(file, name, progressed) {
    return new Promise((done) => {
      const request = new XMLHttpRequest(); // fetch doesn't tell how much was sent
      request.open("PUT", new URL(ADDRESS + encodeURIComponent(name), new URL(".", location.href)));
      request.setRequestHeader("Content-Type", "application/octet-stream");
      request.upload.addEventListener("progress", (event) => progressed(event.loaded));
      request.addEventListener("load", () => {
        const told = request.responseText.trim();
        done(request.status === 201 ? { name: told } : { problem: told || `‘${name}’ was not taken.` });
      });
      for (const kind of ["error", "abort"])
        request.addEventListener(kind, () => done({ problem: `‘${name}’ ${CUT_OFF}` }));
      request.send(file);
    });
  }

  function show(before, name) {
    const { total, amount, place, files } = batch;
    const which = files.length > 1 ? `${place + 1} of ${files.length.toLocaleString("en")}: ` : "";
    say(`Adding ${which}${name}`, total ? Math.min(1, (before + amount) / total) : 0);
  }

  async function one(file) {
    const name = wellFormed(file.name);
    const problem = reasonAgainst(file, name);
    if (problem) return { problem };
    batch.amount = 0;
    show(batch.before, name);
    return sent(file, name, (loaded) => {
      batch.amount = loaded;
      show(batch.before, name);
    });
  }

  // A letter that is none, as old file systems have them, could not be put into an address.
  const wellFormed = (name) => name.toWellFormed?.() ?? name;

  async function bring(files) {
    if (facts().refusal) {
      say(facts().refusal);
      return;
    }
    const few = files.slice(0, MOST_AT_ONCE);
    if (batch) { // these go with those that are on their way
      batch.files.push(...few);
      batch.total += sizeOf(few);
      return;
    }
    if (!few.length) return;
    refused.replaceChildren();
    batch = { files: [...few], total: sizeOf(few), before: 0, amount: 0, place: 0 };
    if (files.length > few.length)
      refuse(`Only the first ${MOST_AT_ONCE.toLocaleString("en")} of ${files.length.toLocaleString("en")} files: add the rest after them, or in one archive.`);
    const names = [];
    for (; batch.place < batch.files.length; batch.place += 1) {
      const file = batch.files[batch.place];
      const { name, problem } = await one(file);
      if (problem) refuse(problem);
      else names.push(name);
      batch.before += file.size;
      batch.amount = 0;
    }
    batch = null;
    finish(names);
  }

  const sizeOf = (files) => files.reduce((sum, { size }) => sum + size, 0);

  const files = () => (taken.length === 1 ? `‘${taken[0]}’` : many(taken.length, "file"));

  function finish(names) {
    if (!names.length) {
      say("Nothing was added.");
      return;
    }
    taken = reads ? [...taken, ...names] : names;
    reads = true;
    say(`${files()} added; reading …`);
    send("renew");
  }

  // The server has said how things stand.
  function changed() {
    if (!reads || batch || facts().building !== undefined) return;
    reads = false;
    const failed = masthead().querySelector(".pq-warning");
    say(failed ? "Read. What could not be used is listed under Documents." : `${files()} can be asked now.`);
    list.hidden = false;
    if (!refused.childElementCount && !failed) setTimeout(() => { if (!batch && !reads) hide(); }, SHOWN_MS);
  }

  // --- choosing ---

  function choose() {
    const input = made("input", { type: "file", multiple: "", accept: (facts().kinds ?? "").replaceAll(" ", ",") });
    input.hidden = true;
    input.id = "pq-files";
    document.getElementById("pq-files")?.remove();
    input.addEventListener("change", () => { bring([...input.files]); input.remove(); });
    document.body.append(input);
    input.click();
  }

  // --- dropping ---

  const cover = made("div", { id: "pq-drop", "aria-hidden": "true", hidden: "" }, made("p"));
  const carries = (event) => event.dataTransfer?.types.includes("Files");

  function setCover(shown) {
    if (!cover.isConnected) document.body.append(cover);
    cover.hidden = !shown;
    cover.firstElementChild.textContent = facts().refusal ? "Documents can’t be added here" : "Drop to add to your documents";
  }

  // Files and what is in folders; hidden ones in these were not meant.
  async function filesOf(entry) {
    if (entry.isFile) return [await new Promise((done, fail) => { entry.file(done, fail); })];
    const reader = entry.createReader();
    const found = [];
    for (;;) {
      const some = await new Promise((done, fail) => { reader.readEntries(done, fail); });
      if (!some.length || found.length > MOST_AT_ONCE) return found;
      for (const inner of some) if (!inner.name.startsWith(".")) found.push(...await filesOf(inner));
    }
  }

  async function dropped(data) {
    const parts = [...data.items].filter(({ kind }) => kind === "file")
      .map((item) => [item.webkitGetAsEntry?.(), item.getAsFile()]); // now: later they are gone
    const files = [];
    for (const [entry, file] of parts)
      files.push(...(entry?.isDirectory ? await filesOf(entry).catch(() => []) : [file].filter(Boolean)));
    await bring(files);
  }

  // A file that is dropped would replace the page.
  for (const kind of ["dragenter", "dragover", "drop"])
    document.addEventListener(kind, (event) => {
      if (!carries(event)) return;
      event.preventDefault();
      event.stopPropagation();
      event.dataTransfer.dropEffect = facts().refusal ? "none" : "copy";
      setCover(kind !== "drop");
      if (kind === "drop") dropped(event.dataTransfer);
    }, true);

  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) setCover(false); }, true);

  // --- pasting ---

  const name = made("input", { type: "text", id: "pq-paste-name", maxlength: "100", autocomplete: "off" });
  const words = made("textarea", { id: "pq-paste-words", rows: "10", required: "" });
  const form = made("form", { method: "dialog" },
    made("h2", { id: "pq-paste-title" }, "Add a text"),
    made("label", { for: "pq-paste-words" }, "Text"), words,
    made("label", { for: "pq-paste-name" }, "Name (its first words, if you give none)"), name,
    made("p", { class: "pq-ways" },
      made("button", { type: "submit", value: "add" }, "Add to documents"),
      made("button", { type: "submit", value: "", formnovalidate: "" }, "Cancel")));
  const dialog = made("dialog", { id: "pq-paste", "aria-labelledby": "pq-paste-title" }, form);

  function ask(text = "") {
    if (facts().refusal) {
      say(facts().refusal);
      return;
    }
    if (!dialog.isConnected) document.body.append(dialog);
    name.value = "";
    words.value = text;
    dialog.showModal();
    words.focus();
  }

  function nameOf(text) {
    const first = /\S.*/.exec(text)?.[0] ?? "";
    const short = first.length > 60 ? first.slice(0, 60).replace(/\s\S*$/, "") : first;
    return short.replace(/[\\/]/g, " ").replace(/[.\s]+$/, "");
  }

  dialog.addEventListener("keydown", (event) => event.stopPropagation()); // its Escape is its own
  dialog.addEventListener("close", () => {
    const text = words.value;
    const given = name.value.trim().replace(/\.txt$/i, "") || nameOf(text);
    if (dialog.returnValue === "add" && text.trim()) bring([new File([text], `${given || "Text"}.txt`)]);
    dialog.returnValue = "";
  });

  document.addEventListener("paste", (event) => {
    const data = event.clipboardData;
    const writes = event.target instanceof Element && event.target.closest("input, textarea, [contenteditable]");
    const text = data?.getData("text/plain") ?? "";
    if (!data || (writes && text)) return;
    if (data.files.length) bring([...data.files]);
    else if (!writes && text.trim()) ask(text);
    else return;
    event.preventDefault();
  });

  // --- what the folder is now ---

  setInterval(() => {
    const looks = document.visibilityState === "visible" && masthead() && !isAway;
    if (looks && facts().building === undefined) send("notice");
  }, NOTICE_MS);

  function listChanged() {
    if (!wantsUndo) return;
    const undo = document.querySelector(".pq-removed button");
    if (!undo) return;
    wantsUndo = false;
    undo.focus({ preventScroll: true });
  }

  const acts = {
    bring: choose,
    paste: () => ask(),
    unbring: hide,
    brought: () => {
      hide();
      window.PullquoteShelf.find(taken.length === 1 ? taken[0] : "");
      page.list();
    },
    renew: () => send("renew"),
    putback: (button) => send("putback", { key: button.dataset.key }),
  };

  window.PullquoteConnection.tell((gone) => { isAway = gone; });

  window.PullquoteBringing = {
    acts,
    changed,
    listChanged,
    start: (sender, around) => {
      send = sender;
      page = around;
    },
    removing: () => { wantsUndo = true; },
  };
})();
