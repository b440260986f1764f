// Reading an article: its contents, finding words in it, going from quote to quote, and what can be
// done with words that are selected. Places are counted in characters of the stored text.
(() => {
  "use strict";

  const DRAWN = 2000; // places that are marked at once
  const pane = () => document.getElementById("pq-reader");
  const article = () => pane()?.querySelector(".pq-article");
  const field = () => pane()?.querySelector(".pq-find");
  let page = null; // what the page lends: send, follow, type, show
  let wanted = ""; // what is looked for, and in which document
  let wantedIn = "";
  let isFinding = false; // whether the server is looking for it
  let going = null; // where to go when the server has shown it
  let at = -1; // which of the places is gone to
  let places = [];
  let isWanted = false; // whether the first of these is to be shown when the document comes

  // --- places of the stored text, and of the page ---

  function nodesOf(part) {
    const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
    const nodes = [];
    for (let length = 0; walker.nextNode(); length += walker.currentNode.length)
      nodes.push([length, walker.currentNode]);
    return nodes;
  }

  function pointIn(nodes, offset) {
    let low = 0;
    let high = nodes.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (nodes[middle][0] <= offset) low = middle;
      else high = middle - 1;
    }
    return [nodes[low][1], Math.min(offset - nodes[low][0], nodes[low][1].length)];
  }

  function rangeIn(nodes, start, end) {
    const range = document.createRange();
    range.setStart(...pointIn(nodes, start));
    range.setEnd(...pointIn(nodes, end));
    return range;
  }

  // Characters as the server counts them, in what the page counts as units.
  function unitsOf(text, characters) {
    let units = 0;
    for (let left = characters; left > 0 && units < text.length; left -= 1)
      units += text.codePointAt(units) > 0xffff ? 2 : 1;
    return units;
  }

  const charactersOf = (text) => [...text].length;

  function rangeAt(start, end) {
    for (const part of article()?.querySelectorAll(".pq-part") ?? []) {
      const from = Number(part.dataset.start);
      if (start < from || start >= Number(part.dataset.end)) continue;
      const text = part.textContent;
      return rangeIn(nodesOf(part), unitsOf(text, start - from), unitsOf(text, end - from));
    }
    return null;
  }

  function placeOf(node, offset) {
    const part = (node.nodeType === Node.TEXT_NODE ? node.parentElement : node).closest?.(".pq-part");
    if (!part) return null;
    const before = document.createRange();
    before.setStart(part, 0);
    before.setEnd(node, offset);
    return Number(part.dataset.start) + charactersOf(before.toString());
  }

  // --- finding words ---

  const patternOf = (words) =>
    new RegExp(words.trim().split(/\s+/u).map((word) => word.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&")).join("\\s+"), "giu");

  const isAllShown = () => !article()?.querySelector(".pq-gap");

  function look() {
    places = [];
    if (!wanted.trim()) return;
    for (const part of article().querySelectorAll(".pq-part")) {
      const nodes = nodesOf(part);
      for (const match of part.textContent.matchAll(patternOf(wanted)))
        places.push(rangeIn(nodes, match.index, match.index + match[0].length));
    }
  }

  function draw(active) {
    if (!window.CSS?.highlights) return;
    CSS.highlights.set("pq-found", new Highlight(...places.slice(0, DRAWN)));
    CSS.highlights.set("pq-found-here", new Highlight(...(active ? [active] : [])));
  }

  function tell(number, count) {
    const said = pane().querySelector(".pq-found");
    if (!wanted.trim()) said.textContent = "";
    else said.textContent = count ? `${number.toLocaleString("en")} of ${count.toLocaleString("en")}` : "Not found";
  }

  function goTo(number) {
    at = places.length ? (number + places.length) % places.length : -1;
    draw(places[at]);
    tell(at + 1, places.length);
    if (places[at]) page.show(places[at]);
  }

  function find(step) {
    if (!article()) return;
    if (isAllShown()) {
      goTo(at + step);
      return;
    }
    const last = pane().querySelector(".pq-place");
    const near = last?.dataset.words === wanted ? Number(last.dataset.start ?? -1) : -1;
    isFinding = true;
    page.send("find", { words: wanted, near, step });
  }

  // Looks for words in the document that is about to be opened.
  function want(words, document) {
    const plain = words.replace(/["“”„«»]/gu, "").trim();
    if (plain === words.trim() && /\s/u.test(plain)) return; // several words may stand anywhere
    wanted = plain;
    wantedIn = document;
    at = -1;
    isWanted = true;
  }

  function typed() {
    wanted = field().value;
    wantedIn = article()?.dataset.document ?? "";
    at = -1;
    look();
    if (isAllShown() || !wanted.trim()) {
      if (wanted.trim()) goTo(0);
      else { draw(null); tell(0, 0); }
    } else {
      draw(null);
      pane().querySelector(".pq-found").textContent = "Press Enter";
    }
  }

  // The server has shown the place that it found.
  function foundByServer() {
    const found = pane().querySelector(".pq-place");
    if (!found) return false;
    const { words, number, count, start, end } = found.dataset;
    if (words !== wanted) return false;
    const here = start === undefined ? null : rangeAt(Number(start), Number(end));
    draw(here);
    tell(Number(number ?? 0), Number(count));
    if (here) page.show(here);
    return true;
  }

  // --- after the server has written the article anew: whether it was to be gone somewhere ---

  function changed() {
    places = [];
    hideBar();
    const here = article();
    if (!here) {
      isWanted = false;
      draw(null);
      return false;
    }
    const wasFinding = isFinding;
    const wasWanted = isWanted && here.dataset.document === wantedIn;
    isFinding = isWanted = false;
    if (here.dataset.document !== wantedIn) wanted = "";
    restore(wasFinding);
    numberQuotes();
    if (wasFinding) return foundByServer();
    if (wasWanted) return showWanted();
    if (!going) return false;
    const range = rangeAt(going.start, going.end);
    going = null;
    if (range) page.show(range, "start");
    return range !== null;
  }

  // What the search in all texts found here; in another form of the word it is not looked for.
  function showWanted() {
    if (isAllShown() && !places.length) {
      field().value = wanted = "";
      tell(0, 0);
      return false;
    }
    find(1);
    return places.length > 0;
  }

  function restore(wasFinding) {
    if (!field()) return;
    field().value = wanted;
    if (wasFinding) field().focus({ preventScroll: true });
    look();
    draw(places[at]);
    if (wanted && isAllShown()) tell(at + 1, places.length);
  }

  // --- from quote to quote ---

  const steps = () => pane()?.querySelector(".pq-steps");
  const numbers = () => steps()?.dataset.numbers.split(" ").map(Number) ?? [];

  function current() {
    const active = article()?.querySelector("mark.pq-active");
    return numbers().find((number) => active?.matches(`[data-cites~="${number}"]`)) ?? null;
  }

  function numberQuotes(number = current()) {
    const said = steps()?.querySelector("output");
    if (!said) return;
    const all = numbers();
    const place = all.indexOf(number);
    said.textContent = place < 0 ? `${all.length} ${all.length === 1 ? "quote" : "quotes"}` : `${place + 1} of ${all.length}`;
    said.setAttribute("aria-label", place < 0 ? said.textContent : `Quote ${said.textContent}`);
    steps().dataset.at = number ?? "";
  }

  function step(by) {
    const all = numbers();
    if (!all.length) return;
    const was = all.indexOf(Number(steps().dataset.at || NaN));
    const next = was < 0 ? (by > 0 ? 0 : all.length - 1) : (was + by + all.length) % all.length;
    page.follow(Number(steps().dataset.turn), all[next], article().dataset.of);
  }

  // --- contents ---

  function heading(button) {
    const start = Number(button.dataset.start);
    const end = Number(button.dataset.end);
    button.closest("details").open = false;
    const range = rangeAt(start, end);
    if (range) {
      page.show(range, "start");
      pane().focus({ preventScroll: true });
    } else {
      going = { start, end };
      page.send("more", { start, end: Math.max(end, start + 20000) });
    }
  }

  // --- words that are selected ---

  function selected() {
    const selection = getSelection();
    if (!selection?.rangeCount || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0).cloneRange();
    const text = article()?.querySelector(".pq-text");
    if (!text || !range.intersectsNode(text)) return null;
    if (text.contains(range.commonAncestorContainer)) return range;
    // Three clicks on the last line select to the beginning of what comes after the text.
    if (!text.contains(range.startContainer) || wordsAfter(range, text)) return null;
    const last = [...text.querySelectorAll(".pq-part")].at(-1);
    range.setEnd(last, last.childNodes.length);
    return range;
  }

  function wordsAfter(range, text) {
    const rest = range.cloneRange();
    rest.setStartAfter(text);
    return rest.toString().trim();
  }

  // What is copied is what is stored: no line is added where a part is drawn apart.
  function wordsOf(range) {
    const copied = range.cloneContents();
    for (const gap of copied.querySelectorAll(".pq-gap, .pq-sheet")) gap.remove();
    return copied.textContent;
  }

  function bar() {
    const made = document.getElementById("pq-selected") ?? document.createElement("div");
    if (!made.isConnected) {
      made.id = "pq-selected";
      made.setAttribute("role", "toolbar");
      made.setAttribute("aria-label", "Selected words");
      made.hidden = true;
      for (const [act, words] of [["about", "Ask about this"], ["quotation", "Copy as quotation"], ["pinwords", "Pin"]]) {
        const button = document.createElement("button");
        button.type = "button";
        button.dataset.act = act;
        button.textContent = words;
        made.append(button);
      }
      // A press must not take the selection away.
      made.addEventListener("pointerdown", (event) => event.preventDefault());
      document.body.append(made);
    }
    return made;
  }

  function hideBar() {
    const made = document.getElementById("pq-selected");
    if (made) made.hidden = true;
  }

  function showBar() {
    const range = selected();
    if (!range || !wordsOf(range).trim()) {
      hideBar();
      return;
    }
    const made = bar();
    made.hidden = false;
    const lines = range.getClientRects();
    const last = lines[lines.length - 1] ?? range.getBoundingClientRect();
    const { width, height } = made.getBoundingClientRect();
    made.style.left = `${Math.max(8, Math.min(last.right - width / 2, innerWidth - width - 8))}px`;
    made.style.top = `${last.bottom + 8 + height < innerHeight ? last.bottom + 8 : Math.max(8, last.top - height - 8)}px`;
  }

  function about() {
    const words = wordsOf(selected()).trim().replace(/\s+/g, " ");
    const cut = words.length > 200 ? `${words.slice(0, 200).replace(/\s\S*$/, "")} …` : words;
    getSelection().removeAllRanges();
    hideBar();
    page.type(`What is said about “${cut}”?`);
  }

  // Hands over the document and the place of the words that are selected.
  function withSelected(use) {
    const range = selected();
    const words = wordsOf(range);
    const from = placeOf(range.startContainer, range.startOffset);
    const to = placeOf(range.endContainer, range.endOffset);
    hideBar();
    if (from === null || to === null) return;
    const lead = charactersOf(words) - charactersOf(words.trimStart());
    const trail = charactersOf(words) - charactersOf(words.trimEnd());
    const { document, digest } = article().dataset; // of the text that is on the page
    use({ document, digest, start: from + lead, end: to - trail });
  }

  const quotation = () => withSelected((words) => page.send("quotation", words));
  const pinwords = () => withSelected(window.PullquoteNotes.pinWords);

  document.addEventListener("selectionchange", () => { if (!selected()) hideBar(); });
  document.addEventListener("pointerup", () => setTimeout(showBar));
  document.addEventListener("keyup", (event) => { if (event.shiftKey || event.key === "Shift") showBar(); });
  document.addEventListener("scroll", hideBar, true);
  document.addEventListener("copy", (event) => {
    const range = selected();
    if (!range) return;
    event.clipboardData.setData("text/plain", wordsOf(range));
    event.preventDefault();
  });
  document.addEventListener("input", (event) => { if (event.target === field()) typed(); });
  document.addEventListener("keydown", (event) => {
    if (event.target !== field()) return;
    if (event.key === "Enter") {
      event.preventDefault();
      find(event.shiftKey ? -1 : 1);
    } else if (event.key === "Escape" && field().value) {
      event.stopImmediatePropagation();
      field().value = "";
      typed();
    }
  }, true);

  const acts = {
    find: (b) => find(Number(b.dataset.step)),
    quote: (b) => step(Number(b.dataset.step)),
    heading,
    about,
    quotation,
    pinwords,
  };

  window.PullquoteReading = {
    acts, changed, numberQuotes, step, want, start: (lent) => { page = lent; }, seek: () => { field()?.focus(); field()?.select(); },
  };
})();
