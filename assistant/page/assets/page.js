// What the page does in the browser: it follows citations, opens and closes the article on a
// phone, copies, and tells the server what was asked for. It reads text, and writes no HTML.
(() => {
  "use strict";

  const ABOVE = 150; // how much of the turn before stays in view above the newest question

  const panes = {};
  const phone = matchMedia("(max-width: 760px)");
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let opener = null; // the citation that the reader came from
  let isFromNotes = false; // or whether it was the notes
  let places = {}; // how far each document was scrolled, and each list
  const LIST = "\0"; // begins the names of lists among these: no document is called so
  const SHELF = `${LIST}Documents`;
  let session = ""; // the one that the server last spoke of, and a copy of its turns
  let turns = null;

  const side = () => document.getElementById("pq-side");
  const article = () => panes.reader?.element.querySelector(".pq-article");
  const scroller = () => document.getElementById("pq-reader");
  const send = (pane, event, data = {}) => panes[pane].trigger(event, data);
  const composer = window.PullquoteComposer;
  const earlier = window.PullquoteEarlier;
  const scope = window.PullquoteScope;
  const reading = window.PullquoteReading;
  const kept = window.PullquoteKept;
  const notes = window.PullquoteNotes;
  const bringing = window.PullquoteBringing;

  // --- the sheet that the article is on a phone ---

  const behind = () => ["pq-talk", "pq-masthead"].map((id) => document.getElementById(id));

  function openSheet() {
    if (!phone.matches || side().dataset.open !== undefined) return;
    side().dataset.open = "";
    for (const part of behind()) part.inert = true;
    history.pushState({ pullquote: "sheet" }, ""); // so that the phone's own "back" closes it
  }

  function closeSheet() {
    isFromNotes = false;
    delete side().dataset.open;
    document.getElementById("pq-sheet-said")?.remove();
    for (const part of behind()) part.inert = false;
  }

  function back() {
    if (isFromNotes && article()) showNotes();
    else leave();
  }

  function leave() {
    if (history.state?.pullquote === "sheet") history.back();
    else returned();
  }

  function returned() {
    closeSheet();
    const link = opener && document.querySelector(
      `.pq-cite[data-turn="${opener.turn}"][data-number="${opener.number}"]`);
    (link ?? composer.box())?.focus();
    link?.scrollIntoView({ block: "nearest" });
  }

  // --- citations ---

  function marks(number) {
    return [...(article()?.querySelectorAll(`mark[data-cites~="${number}"]`) ?? [])];
  }

  // What a turn cites now: asked anew, or when prose has come, a number stands for other words.
  function citedBy(turn) {
    if (earlier.isEarlier(turn)) return article()?.dataset.of; // these numbers stand for one each
    return panes.conversation.element.querySelector(`.pq-turn[data-turn="${turn}"]`)?.dataset.of;
  }

  function follow(turn, number, cited = citedBy(turn)) {
    opener = { turn, number };
    isFromNotes = false;
    openSheet();
    const here = article();
    const isHere = here?.dataset.turn === String(turn) && here.dataset.of === cited;
    if (isHere && marks(number).length) markOut(number);
    else if (earlier.isEarlier(turn)) send("reader", "place", earlier.placeOf(number));
    else send("reader", "cite", { turn, number });
  }

  function markOut(number) {
    for (const old of document.querySelectorAll(".pq-active")) old.classList.remove("pq-active");
    const found = marks(number);
    for (const mark of found) mark.classList.add("pq-active");
    const turn = article().dataset.turn;
    document.querySelector(`.pq-quote[data-turn="${turn}"][data-number="${number}"]`)?.classList.add("pq-active");
    reading.numberQuotes(number);
    bringIntoView(found[0], calm.matches ? "auto" : "smooth");
    found[0]?.focus({ preventScroll: true });
  }

  function bringIntoView(mark, behavior) {
    if (!mark) return;
    const box = scroller();
    const at = mark.getBoundingClientRect();
    const pane = box.getBoundingClientRect();
    const room = Math.max(80, (pane.height - at.height) / 2);
    const top = box.scrollTop + at.top - pane.top;
    const isOnFirst = top + at.height + 80 < pane.height; // then the document's head is seen too
    box.scrollTo({ top: isOnFirst ? 0 : top - room, behavior });
  }

  function showRange(range, where = "middle") {
    const box = scroller();
    const at = range.getBoundingClientRect();
    const pane = box.getBoundingClientRect();
    const room = where === "start" ? 72 : Math.max(80, (pane.height - at.height) / 2);
    box.scrollTo({ top: box.scrollTop + at.top - pane.top - room, behavior: "auto" });
  }

  function typeAndFocus(words) {
    if (side().dataset.open !== undefined) leave();
    composer.type(words);
    composer.box().focus();
  }

  // --- after the server has written a pane anew ---

  const labels = new Map(); // what buttons are called that say something else for a moment
  let grow = null; // where the article is to grow upwards

  function readerChanged() {
    const here = article();
    const box = scroller();
    if (!here) isFromNotes = false;
    for (const way of document.querySelectorAll(".pq-back")) way.textContent = isFromNotes ? "Back to notes" : "Back to answer";
    scope.show();
    kept.reader();
    notes.reader();
    bringing.listChanged();
    window.PullquoteShelf.changed();
    if (!here) {
      reading.changed();
      const room = box.querySelector(".pq-library")?.getAttribute("aria-label");
      box.scrollTop = places[`${LIST}${room}`] ?? 0;
      return;
    }
    if (reading.changed()) grow = null;
    else if (grow) {
      box.scrollTop = grow.side === "before" ? grow.top + box.scrollHeight - grow.height : grow.top;
      grow = null;
      box.focus({ preventScroll: true }); // the button that had the focus is gone
    } else if (here.dataset.active) markOut(Number(here.dataset.active));
    else if (here.querySelector("mark")) bringIntoView(here.querySelector("mark"), "auto");
    else box.scrollTop = places[here.dataset.document] ?? 0;
  }

  function conversationChanged() {
    const root = panes.conversation.element.querySelector(".pq-conversation");
    if (root) {
      keepEarlier(root);
      kept.conversation(root);
    }
    const last = root?.querySelector(".pq-turn:last-child");
    const box = document.getElementById("pq-conversation");
    // Questions to go on with come a moment after the answer, which may be read by then.
    if (last && !last.querySelector(".pq-next")) box.scrollTop += last.getBoundingClientRect().top - box.getBoundingClientRect().top - ABOVE;
    const live = document.getElementById("pq-live");
    const words = root?.dataset.announce ?? "";
    if (live && live.textContent !== words) live.textContent = words;
    composer.heard();
  }

  function keepEarlier(root) {
    const isSame = root.dataset.kept && root.dataset.kept === kept.current(); // a restart kept it
    if (turns && root.dataset.session !== session && !isSame) {
      const cutOff = earlier.keep(turns, panes.conversation.element);
      if (cutOff && !composer.box().value) composer.type(cutOff);
    }
    session = root.dataset.session;
    if (root.getAttribute("aria-busy") !== "true") copyTurns(root); // not with every word that comes
  }

  // Gradio writes the next conversation into the elements of the last.
  function copyTurns(root) {
    turns = root.querySelector(".pq-turns")?.cloneNode(true);
  }

  // --- when the server is back ---

  window.PullquoteConnection.tell((gone) => {
    if (!panes.masthead) return;
    composer.setAway(gone);
    const root = panes.conversation.element.querySelector(".pq-conversation");
    if (root?.dataset.session === session) copyTurns(root);
    if (gone) return;
    send("masthead", "resume", {
      session,
      kept: kept.current(),
      turns: Number(root?.dataset.turns ?? 0),
      busy: root?.getAttribute("aria-busy") === "true",
      document: article()?.dataset.document ?? null,
    });
  });

  // --- what can be pressed ---

  async function copyWords(words) {
    try {
      await navigator.clipboard.writeText(words);
      return true;
    } catch {
      return copyByHand(words);
    }
  }

  function noteChanged() {
    // The server has made a quotation of words that were selected.
    const copied = panes.note.element.querySelector(".pq-copied");
    if (copied) void copyWords(copied.dataset.export);
    for (const row of document.querySelectorAll(".pq-library li[inert]")) row.inert = false; // not removed
    if (side().dataset.open !== undefined) sayOnSheet(panes.note.element.querySelector(".pq-said:not(.pq-idle)"));
  }

  // What is said below the composer lies behind the sheet: it is said there too.
  function sayOnSheet(said) {
    document.getElementById("pq-sheet-said")?.remove();
    if (!said) return;
    const shown = document.createElement("div");
    shown.id = "pq-sheet-said";
    shown.append(said.cloneNode(true));
    side().append(shown);
  }

  async function copy(button, words = button.dataset.export, said = "Copied") {
    say(button, await copyWords(words) ? said : "Could not copy");
  }

  // Says for a moment, on a button, what became of it.
  function say(button, words) {
    const label = labels.get(button) ?? button.textContent;
    labels.set(button, label);
    button.style.minWidth = `${button.offsetWidth}px`; // what stands beside it stays there
    button.textContent = words;
    setTimeout(() => {
      if (button.textContent === words) button.textContent = label;
      labels.delete(button);
    }, 1600);
  }

  function copyByHand(words) {
    const box = document.createElement("textarea");
    box.value = words;
    box.className = "pq-unseen";
    document.body.append(box);
    box.select();
    const done = document.execCommand("copy");
    box.remove();
    return done;
  }

  function showNotes() {
    opener = null;
    openSheet();
    notes.acts.notes();
  }

  // All documents, instead of what was found or is open.
  function showList() {
    openSheet();
    places[SHELF] = 0;
    send("reader", "search", { words: "" });
  }

  const acts = {
    ...scope.acts,
    ...reading.acts,
    ...kept.acts,
    ...notes.acts,
    notes: showNotes,
    pinned: (b) => {
      const isInNotes = Boolean(b.closest(".pq-notebook"));
      notes.acts.pinned(b);
      isFromNotes = isInNotes;
    },
    conversations: () => {
      opener = null;
      openSheet();
      kept.acts.conversations();
    },
    reopen: (b) => {
      if (side().dataset.open !== undefined) leave();
      earlier.forget();
      kept.acts.reopen(b);
    },
    ...bringing.acts,
    remove: (b) => {
      bringing.removing();
      b.closest("li").inert = true; // until it has been removed
      send("reader", "remove", { document: b.dataset.document });
    },
    copy: (b) => copy(b),
    back,
    retry: (b) => send("conversation", "retry", { turn: Number(b.dataset.turn) }),
    askall: (b) => {
      scope.acts.everything();
      send("conversation", "retry", { turn: Number(b.dataset.turn), everything: true });
    },
    typed: (b) => send("conversation", "retry", { turn: Number(b.dataset.turn), typed: true }),
    example: (b) => send("conversation", "example", { number: Number(b.dataset.number) }),
    clear: () => {
      earlier.forget();
      send("conversation", "clear");
    },
    unedit: () => send("conversation", "edit", {}),
    edit: (b) => {
      send("conversation", "edit", { turn: Number(b.dataset.turn) });
      composer.box()?.focus();
    },
    library: () => {
      opener = null;
      openSheet();
      send("reader", "open", {});
    },
    unsearch: showList,
    open: (b) => {
      if (b.dataset.words) reading.want(b.dataset.words, b.dataset.document);
      send("reader", "open", { document: b.dataset.document });
    },
    more: (b) => {
      const box = scroller();
      grow = { side: b.dataset.side, top: box.scrollTop, height: box.scrollHeight };
      send("reader", "more", { start: Number(b.dataset.start), end: Number(b.dataset.end) });
    },
  };

  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const button = target?.closest("[data-act]");
    if (button) {
      acts[button.dataset.act]?.(button);
      return;
    }
    const cited = target?.closest(".pq-cite, .pq-quote, .pq-source");
    if (!cited) return;
    event.preventDefault();
    event.stopPropagation();
    if (cited.matches(".pq-quote") && String(getSelection())) return; // selecting, not clicking
    follow(Number(cited.dataset.turn), Number(cited.dataset.number));
  }, true);

  // A page that can't be drawn leaves its text alone.
  document.addEventListener("error", (event) => {
    if (event.target.matches?.(".pq-sheet img")) event.target.closest(".pq-sheet").remove();
  }, true);

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    if (side()?.contains(document.activeElement) || side()?.dataset.open !== undefined) back();
  });

  document.addEventListener("submit", (event) => {
    if (!event.target.matches?.(".pq-searcher")) return;
    event.preventDefault();
    places[SHELF] = 0;
    send("reader", "search", { words: event.target.querySelector("input").value });
  });

  // Who comes back to the page may have changed the sources meanwhile.
  window.addEventListener("focus", () => { if (panes.masthead) send("masthead", "refresh"); });

  window.addEventListener("popstate", () => {
    if (side()?.dataset.open !== undefined) returned();
  });

  phone.addEventListener("change", () => {
    if (!phone.matches && side()?.dataset.open !== undefined) leave();
  });

  // --- Gradio hands over each pane when it is there ---

  const changed = { reader: readerChanged, conversation: conversationChanged, scope: scope.changed, note: noteChanged, masthead: bringing.changed, parcel: (element) => kept.parcel(element) };

  function mount(name, element, trigger, watch, events) {
    const send = (event, data) => { if (events.includes(event)) trigger(event, data); };
    panes[name] = { element, trigger: send };
    if (changed[name]) watch("value", () => changed[name](element));
    if (name === "reader") prepareReader();
    if (name === "conversation") prepareConversation(element);
    if (name === "masthead") {
      kept.start((data) => send("keep", data));
      notes.start((data) => send("keep", data), { copy, say });
      bringing.start(send, { list: showList });
    }
    if (name === "scope") scope.start((data) => send("choose", data));
  }

  function prepareReader() {
    const box = scroller();
    box.tabIndex = 0;
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", "Article");
    window.PullquoteKeys.divide();
    reading.start({ send: (event, data) => send("reader", event, data), follow, type: typeAndFocus, show: showRange });
    box.addEventListener("scroll", () => {
      const room = box.querySelector(".pq-library")?.getAttribute("aria-label");
      places[article()?.dataset.document ?? `${LIST}${room}`] = box.scrollTop;
    }, { passive: true });
  }

  function prepareConversation() {
    const box = document.getElementById("pq-conversation");
    box.tabIndex = 0;
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", "Conversation");
    const live = document.createElement("div");
    live.id = "pq-live";
    live.className = "pq-unseen";
    live.setAttribute("aria-live", "polite");
    document.body.append(live);
  }

  window.Pullquote = { mount };
})();
