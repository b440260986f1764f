// The notes: pinning quotes, writing between them, putting them in order.
(() => {
  "use strict";

  let send = () => {};
  let next = null; // what is to have the focus when the notes have been written anew

  const ask = (what, data = {}) => send({ do: what, ...data });
  const keyOf = (element) => Number(element.dataset.key);
  const book = () => document.querySelector(".pq-notes");
  const item = (key) => book()?.querySelector(`li[data-key="${key}"]`);

  // The notes have been written anew; what was done to one leaves the focus with it.
  function reader() {
    const wanted = next;
    next = null;
    if (wanted && book()) wanted()?.focus();
  }

  function pin(button) {
    const { turn, number } = button.dataset;
    ask("pin", { turn: Number(turn), ...(number && { number: Number(number) }) });
    button.textContent = "Pinned";
  }

  function jot(button) {
    const below = button.dataset.key;
    next = () => (below ? item(below)?.nextElementSibling : book()?.firstElementChild)?.querySelector("textarea");
    ask("jot", below ? { key: Number(below) } : {});
  }

  function shift(button) {
    const { key, step } = button.dataset;
    next = () => {
      const moved = item(key);
      return moved?.querySelector(`[data-act=shift][data-step="${step}"]:not(:disabled)`)
        ?? moved?.querySelector("[data-act=shift]:not(:disabled)");
    };
    ask("shift", { key: Number(key), step: Number(step) });
  }

  function unpin(button) {
    const beside = item(button.dataset.key);
    const key = (beside?.nextElementSibling ?? beside?.previousElementSibling)?.dataset.key;
    next = () => (key ? item(key)?.querySelector("[data-act=unpin]") : document.querySelector("[data-act=jot]"));
    ask("unpin", { key: keyOf(button) });
  }

  const acts = {
    notes: () => ask("notes"),
    pin,
    jot,
    shift,
    unpin,
    pinagain: (button) => ask("pin again", { key: keyOf(button) }),
    pinned: (button) => {
      button.closest("details")?.removeAttribute("open");
      ask("quote", { link: button.dataset.link });
    },
  };

  // Words are kept when the field is left, and before anything else is done with the notes.
  document.addEventListener("change", (event) => {
    const field = event.target;
    if (field.matches?.(".pq-jotted")) ask("jot", { key: keyOf(field), words: field.value });
    if (field.matches?.(".pq-take[data-notes]") && field.value) {
      ask("take notes", { form: field.value });
      field.value = "";
    }
  }, true);

  document.addEventListener("input", (event) => {
    const field = event.target;
    if (!field.matches?.(".pq-jotted")) return;
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight + 2}px`;
  });

  window.PullquoteNotes = {
    acts, reader, start: (sender) => { send = sender; },
    pinWords: (document, start, end) => ask("pin words", { document, start, end }),
  };
})();
