// What becomes of a request while the server is away: it waits, and is sent when the server is back.
//
// Gradio would say "Connection to the server was lost" in a look of its own, lock the page, and load
// it anew when the server is back, with which the conversation and a typed question would be gone.
// So it is not told: its requests pass through here.
(() => {
  "use strict";

  const AGAIN_MS = 1500;
  const HELD = /\/gradio_api\/(queue\/join|run\/\w+|cancel|reset)$/;
  const MESSAGES = /\/gradio_api\/queue\/data$/;
  const HEARTBEAT = /\/gradio_api\/heartbeat\/\w+$/;
  // To every event that waits for an outcome: there is none, and nothing changes.
  const SETTLED = [
    { msg: "process_completed", success: true, output: { data: [] } },
    { msg: "close_stream" },
  ].map((message) => `data: ${JSON.stringify(message)}\n\n`).join("");
  const CLOSES = /"close_stream"[^\n]*\s*$/;

  const send = window.fetch.bind(window);
  const pause = (ms) => new Promise((done) => { setTimeout(done, ms); });
  const told = []; // who wants to know
  let away = null; // while the server is away: what is done when it is back
  let leaving = false;

  async function isThere() {
    try {
      await send(new URL(".", location.href), { method: "HEAD", cache: "no-store" });
      return true;
    } catch {
      return false;
    }
  }

  async function waitForIt() {
    if (await isThere()) return;
    for (const tell of told) tell(true);
    do await pause(AGAIN_MS); while (!(await isThere()));
  }

  function backAgain() {
    if (leaving) return new Promise(() => {});
    away ??= waitForIt().then(() => {
      away = null;
      for (const tell of told) tell(false);
    });
    return away;
  }

  async function held(request) {
    for (;;) {
      try {
        return await send(request.clone());
      } catch (error) {
        if (request.signal.aborted) throw error;
        await backAgain();
      }
    }
  }

  // Passes on what the server sends; whether that ended as it should rather than was cut off.
  async function passOn(request, controller) {
    let end = "";
    try {
      const reader = (await send(request.clone())).body.getReader();
      const decoder = new TextDecoder();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        end = (end + decoder.decode(value, { stream: true })).slice(-200);
        controller.enqueue(value);
      }
    } catch {
      // Cut off, which the end of what came tells as well.
    }
    return request.signal.aborted || CLOSES.test(end);
  }

  function messages(request) {
    const body = new ReadableStream({
      async start(controller) {
        if (!(await passOn(request, controller))) {
          await backAgain();
          controller.enqueue(new TextEncoder().encode(SETTLED));
        }
        try { controller.close(); } catch { /* closed by whoever read it */ }
      },
    });
    return new Response(body, { headers: { "Content-Type": "text/event-stream" } });
  }

  // Gradio opens a stream, before this script is there, that ends only when the server goes away;
  // once it has ended this one takes its place, so that the next time is noticed too.
  async function watch(address) {
    for (;;) {
      await backAgain();
      await pause(AGAIN_MS);
      await passOn(new Request(address), { enqueue: () => {} });
    }
  }

  let isWatching = false;

  new PerformanceObserver((list) => {
    const ended = list.getEntries().find(({ name }) => HEARTBEAT.test(new URL(name).pathname));
    if (!ended || isWatching) return;
    isWatching = true;
    watch(ended.name);
  }).observe({ type: "resource", buffered: true });

  window.fetch = (input, init) => {
    const { pathname } = new URL(input instanceof Request ? input.url : input, location.href);
    if (HELD.test(pathname)) return held(new Request(input, init));
    if (MESSAGES.test(pathname)) return Promise.resolve(messages(new Request(input, init)));
    return send(input, init);
  };

  window.addEventListener("pagehide", () => { leaving = true; });
  window.addEventListener("pageshow", () => { leaving = false; });

  window.PullquoteConnection = { tell: (listener) => told.push(listener) };
})();
