// A quote between the sentences that stand around it, shown to who points at it or reaches it with
// the keyboard. It stays while the pointer is on it, and goes with Escape.
(() => {
  "use strict";

  const AFTER_MS = 350; // so that a pointer on its way somewhere else opens none
  const LEAVES_MS = 200;

  let waiting = 0;
  let shownFor = null;

  function line(kind, words) {
    const made = document.createElement("p");
    made.className = kind;
    made.textContent = words;
    return made;
  }

  function card() {
    const made = document.getElementById("pq-card") ?? document.createElement("div");
    if (!made.isConnected) {
      made.id = "pq-card";
      made.setAttribute("role", "tooltip");
      made.hidden = true;
      made.addEventListener("pointerenter", () => clearTimeout(waiting));
      made.addEventListener("pointerleave", leave);
      document.body.append(made);
    }
    return made;
  }

  const parts = (link) => {
    const { turn, number } = link.dataset;
    const of = (kind) => document.querySelector(`.${kind}[data-turn="${turn}"][data-number="${number}"]`);
    return { quote: of("pq-quote"), around: of("pq-around") };
  };

  function show(link) {
    const { quote, around } = parts(link);
    if (!quote || !around) return;
    const box = card();
    const source = quote.closest(".pq-quotes")?.querySelector(".pq-source");
    const page = quote.querySelector(".pq-page")?.textContent ?? "";
    const said = [source?.querySelector(".pq-title")?.textContent, source?.querySelector(".pq-facts")?.textContent, page];
    box.replaceChildren(
      ...[
        ["pq-card-before", around.dataset.before],
        ["pq-card-quote", `“${quote.querySelector(".pq-words").textContent}”`],
        ["pq-card-after", around.dataset.after],
        ["pq-card-place", said.filter(Boolean).join(" · ")],
      ].filter(([, words]) => words).map(([kind, words]) => line(kind, words)),
    );
    box.hidden = false;
    place(box, link.getClientRects()[0] ?? link.getBoundingClientRect());
    shownFor = link;
    link.setAttribute("aria-describedby", box.id);
  }

  function place(box, at) {
    const { width, height } = box.getBoundingClientRect();
    const below = at.bottom + 8 + height < innerHeight;
    box.style.left = `${Math.max(12, Math.min(at.left, innerWidth - width - 12))}px`;
    box.style.top = `${below ? at.bottom + 8 : Math.max(12, at.top - height - 8)}px`;
  }

  function hide() {
    clearTimeout(waiting);
    if (!shownFor) return false;
    card().hidden = true;
    shownFor.removeAttribute("aria-describedby");
    shownFor = null;
    return true;
  }

  function soon(link) {
    clearTimeout(waiting);
    if (link !== shownFor) waiting = setTimeout(() => { hide(); show(link); }, AFTER_MS);
  }

  function leave() {
    clearTimeout(waiting);
    waiting = setTimeout(hide, LEAVES_MS);
  }

  const cited = (target) => target.closest?.(".pq-cite, .pq-source");

  document.addEventListener("pointerover", (event) => {
    if (event.pointerType === "mouse" && cited(event.target)) soon(cited(event.target));
  });
  document.addEventListener("pointerout", (event) => {
    if (event.pointerType === "mouse" && cited(event.target)) leave();
  });
  document.addEventListener("focusin", (event) => {
    if (cited(event.target)?.matches(":focus-visible")) soon(cited(event.target));
    else hide();
  });
  document.addEventListener("click", hide, true);
  document.addEventListener("scroll", hide, true);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && hide()) event.stopImmediatePropagation();
  }, true);
})();
