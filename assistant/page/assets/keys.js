// What the keyboard does, and the list of it; the divider between the panes; which pane is printed.
(() => {
  "use strict";

  const SHORTCUTS = [
    ["/", "Ask a question"],
    ["↑", "Take back the last question, in the empty box"],
    ["f", "Find in the open document"],
    ["j", "Next quote"],
    ["k", "Previous quote"],
    ["Esc", "Back to the answer, or stop editing"],
    ["?", "This list"],
  ];
  const KEPT = "pullquote.share";
  const LEAST = 25;
  const MOST = 75;

  const composer = window.PullquoteComposer;
  const reading = window.PullquoteReading;

  const isTyping = (target) => target.matches?.("input, textarea, select, [contenteditable]");

  // --- the list ---

  function made(kind, words) {
    const element = document.createElement(kind);
    element.textContent = words;
    return element;
  }

  function help() {
    const found = document.getElementById("pq-help");
    if (found) {
      found.showModal();
      return;
    }
    const box = document.createElement("dialog");
    box.id = "pq-help";
    box.setAttribute("aria-labelledby", "pq-help-name");
    const name = made("h2", "Keyboard shortcuts");
    name.id = "pq-help-name";
    const list = document.createElement("dl");
    for (const [key, what] of SHORTCUTS) {
      const term = document.createElement("dt");
      term.append(made("kbd", key));
      list.append(term, made("dd", what));
    }
    const close = made("button", "Close");
    close.type = "button";
    close.addEventListener("click", () => box.close());
    box.append(name, list, close);
    document.body.append(box);
    box.showModal();
  }

  function recall() {
    const questions = document.querySelectorAll(".pq-question h2");
    const last = questions[questions.length - 1];
    if (last) composer.type(last.textContent);
  }

  const keys = {
    "/": () => composer.box()?.focus(),
    "?": help,
    f: () => reading.seek(),
    j: () => reading.step(1),
    k: () => reading.step(-1),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const { target, key } = event;
    if (target === composer.box()) {
      if (key === "ArrowUp" && !target.value) recall();
      if (key === "Escape") document.querySelector("[data-act=unedit]")?.click();
      else return;
    }
    if (isTyping(target) || document.querySelector("dialog[open]") || !keys[key]) return;
    event.preventDefault();
    keys[key]();
  });

  // --- the divider ---

  const panes = () => document.getElementById("pq-panes");

  function setShare(share) {
    const held = Math.max(LEAST, Math.min(MOST, Math.round(share)));
    document.getElementById("pq-talk").style.setProperty("flex-grow", String(held), "important");
    document.getElementById("pq-side").style.setProperty("flex-grow", String(100 - held), "important");
    document.getElementById("pq-divider").setAttribute("aria-valuenow", String(held));
    try { localStorage.setItem(KEPT, String(held)); } catch { /* the next page begins as designed */ }
  }

  function kept() {
    try { return Number(localStorage.getItem(KEPT)) || 0; } catch { return 0; }
  }

  function divide() {
    if (document.getElementById("pq-divider") || !panes()) return;
    const bar = document.createElement("div");
    bar.id = "pq-divider";
    bar.tabIndex = 0;
    for (const [name, value] of Object.entries({
      role: "separator", "aria-orientation": "vertical", "aria-label": "Width of the conversation",
      "aria-valuemin": LEAST, "aria-valuemax": MOST, "aria-valuenow": 46,
    })) bar.setAttribute(name, String(value));
    bar.addEventListener("pointerdown", (event) => bar.setPointerCapture(event.pointerId));
    bar.addEventListener("pointermove", (event) => {
      if (!bar.hasPointerCapture(event.pointerId)) return;
      const { left, width } = panes().getBoundingClientRect();
      setShare((100 * (event.clientX - left)) / width);
    });
    bar.addEventListener("keydown", (event) => {
      const by = { ArrowLeft: -2, ArrowRight: 2 }[event.key];
      if (by) setShare(Number(bar.getAttribute("aria-valuenow")) + by);
    });
    document.getElementById("pq-side").before(bar);
    if (kept()) setShare(kept());
  }

  // --- what is printed ---

  for (const kind of ["focusin", "pointerdown"])
    document.addEventListener(kind, (event) => {
      const inside = event.target.closest?.("#pq-side, #pq-talk");
      if (inside) document.documentElement.dataset.print = inside.id === "pq-side" ? "article" : "conversation";
    });

  window.PullquoteKeys = { divide };
})();
