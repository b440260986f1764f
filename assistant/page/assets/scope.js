// Which documents the page asks: this tab keeps it, over a reload too, and tells the server, again
// whenever the chip shows that the server does not know the last choice.
(() => {
  "use strict";

  const KEPT = "pullquote-documents";

  let chosen = new Set(kept()); // keys of documents; none means all
  let choice = chosen.size ? 1 : 0; // how often something was chosen
  let send = () => {};
  let said = null; // what the chip said last, once the reader has chosen anything

  function kept() {
    try {
      const keys = JSON.parse(sessionStorage.getItem(KEPT));
      return Array.isArray(keys) ? keys.filter((key) => typeof key === "string") : [];
    } catch {
      return [];
    }
  }

  function choose(keys) {
    chosen = new Set(keys);
    try {
      sessionStorage.setItem(KEPT, JSON.stringify([...chosen]));
    } catch { /* a browser that keeps nothing forgets it with a reload */ }
    choice += 1;
    said ??= words();
    show();
    tell();
  }

  const tell = () => send({ documents: [...chosen].join(" "), choice });

  // The server has said what is asked now.
  function changed() {
    show();
    const chip = document.querySelector(".pq-chip");
    if (chip && Number(chip.dataset.choice) !== choice) tell();
    else if (said !== null && said !== words()) {
      said = words();
      document.getElementById("pq-live").textContent = said;
    }
  }

  const words = () => document.querySelector(".pq-asks")?.textContent ?? "";

  const boxes = () => [...document.querySelectorAll(".pq-pick input")];

  function show() {
    for (const box of boxes()) box.checked = chosen.has(box.dataset.key);
    for (const button of document.querySelectorAll(".pq-only"))
      button.setAttribute("aria-pressed", String(isOnly(button.dataset.key)));
    const none = document.querySelector(".pq-sieve [data-act=everything]");
    if (none) none.disabled = chosen.size === 0;
  }

  const isOnly = (key) => chosen.size === 1 && chosen.has(key);

  const acts = {
    everything: () => choose([]),
    only: (button) => choose(isOnly(button.dataset.key) ? [] : [button.dataset.key]),
    pick: () => {
      const shown = boxes().filter((box) => !box.closest("li").hidden);
      choose([...chosen, ...shown.map((box) => box.dataset.key)]);
    },
  };

  document.addEventListener("change", (event) => {
    if (event.target.matches?.(".pq-pick input")) {
      const keys = new Set(chosen);
      keys[event.target.checked ? "add" : "delete"](event.target.dataset.key);
      choose(keys);
    }
  });

  function start(sender) {
    send = sender;
    changed();
  }

  window.PullquoteScope = { acts, start, show, changed };
})();
