/* playground.js - the page "Playground": text is assembled as it is typed, by libdasmc as WebAssembly (doc/playground/playground.c),
 * which is in playground-module.js with an example for each instruction set. It makes all that is in the element "assemble-here". */
(() => {
  const VALUES = { n: "7" };
  const COLOURS = 6;

  const place = document.getElementById("assemble-here");
  if (!place) return;

  function element(name, properties = {}, ...children) {
    const e = Object.assign(document.createElement(name), properties);
    e.append(...children);
    return e;
  }

  /* ---- the module ---- */

  function load() {
    const bytes = Uint8Array.from(atob(PLAYGROUND_MODULE), (c) => c.charCodeAt(0));
    const nothing = new Proxy({}, {
      get: (_, name) => () => {
        if (name === "proc_exit") throw new Error("the assembler stopped");
        return 8; // there are no files here
      },
    });
    const module = new WebAssembly.Module(bytes);
    const { exports } = new WebAssembly.Instance(module, { wasi_snapshot_preview1: nothing });
    exports._initialize?.();
    const read = (at) => {
      const memory = new Uint8Array(exports.memory.buffer);
      return new TextDecoder().decode(memory.subarray(at, memory.indexOf(0, at)));
    };
    const write = (text) => {
      const encoded = new TextEncoder().encode(text + "\0");
      const at = exports.buffer(encoded.length);
      new Uint8Array(exports.memory.buffer).set(encoded, at);
      return at;
    };
    const isas = [];
    for (let at; (at = exports.isa_name(isas.length)) !== 0;) isas.push(read(at));
    return {
      isas,
      assemble(isa, text, values) {
        const at = [write(isa), write(text), exports.buffer(8 * values.length + 8)];
        new BigInt64Array(exports.memory.buffer, at[2], values.length).set(values);
        const result = JSON.parse(read(exports.assemble(at[0], at[1], 0, at[2], values.length)));
        for (const a of at) exports.release(a);
        return result;
      },
    };
  }

  /* ---- what a result looks like ---- */

  function integer(text) {
    try {
      const negative = text.trim().startsWith("-");
      const value = BigInt(text.trim().replace(/^-/, "") || "0");
      return BigInt.asIntN(64, negative ? -value : value);
    } catch {
      return null;
    }
  }

  /* Runs of bits that belong together: [bit of the code, bit of the value, count]. */
  function runs(pairs) {
    const found = [];
    for (const [code, value] of [...pairs].sort((a, b) => a[0] - b[0])) {
      const last = found[found.length - 1];
      if (last && last[0] + last[2] === code && last[1] + last[2] === value) last[2]++;
      else found.push([code, value, 1]);
    }
    return found;
  }

  function bits(low, count) {
    return count === 1 ? `bit ${low}` : `bits ${low + count - 1}–${low}`;
  }

  /* What a reference's bits are bits of. */
  function targetText(reference) {
    const name = reference.name.replace(/^([<>])(\d)$/, "label $2").replace(/^=>/, "label ").replace(/^extern /, "");
    return `the ${reference.relative ? "distance to" : "address of"} ${name}`;
  }

  function fieldText(name, pairs, start) {
    return runs(pairs).map(([code, value, count]) => {
      const at = code - 8 * start;
      const whole = at % 8 === 0 && count % 8 === 0;
      const where = !whole ? `${bits(at, count)} of the code` : count === 8 ? `byte ${at / 8}` : `bytes ${at / 8}–${(at + count) / 8 - 1}`;
      return `${bits(value, count)} of ${name} in ${where}`;
    }).join(", ");
  }

  function codeTable(result, source) {
    const bytes = result.bytes.match(/../g) || [];
    const rows = [];
    for (const [offset, line] of result.lines) {
      const last = rows[rows.length - 1];
      if (!last || last.line !== line) rows.push({ offset, line });
    }
    const body = element("tbody");
    rows.forEach((row, i) => {
      const end = i + 1 < rows.length ? rows[i + 1].offset : bytes.length;
      const cell = element("td", { className: "bytes" });
      const fields = element("td", { className: "fields" });
      for (let at = row.offset; at < end; at++) {
        const which = result.fields.findIndex((pairs) => pairs.some(([code]) => code >> 3 === at));
        const refers = result.references.some(({ bits }) => bits.some(([code]) => code >> 3 === at));
        const className = which >= 0 ? `value${which % COLOURS}` : refers ? "refers" : "";
        cell.append(element("span", { className, textContent: bytes[at] }), " ");
      }
      result.fields.forEach((pairs, n) => {
        const here = pairs.filter(([code]) => code >> 3 >= row.offset && code >> 3 < end);
        if (here.length)
          fields.append(element("span", { className: `value${n % COLOURS}`, textContent: fieldText(result.parameters[n], here, row.offset) }), " ");
      });
      for (const reference of result.references) {
        const here = reference.bits.filter(([code]) => code >> 3 >= row.offset && code >> 3 < end);
        if (here.length)
          fields.append(element("span", { className: "refers", textContent: fieldText(targetText(reference), here, row.offset) }), " ");
      }
      body.append(element("tr", {}, element("td", { className: "offset", textContent: row.offset.toString(16).padStart(4, "0") }), cell,
        element("td", { className: "source", textContent: source[row.line - 1]?.trim() ?? "" }), fields));
    });
    const head = element("thead", {}, element("tr", {}, ...["Offset", "Bytes", "Text", "Where values and labels go"].map((t) => element("th", { textContent: t }))));
    return element("table", {}, head, body);
  }

  function messageList(messages) {
    const list = element("div", { className: "messages" });
    for (const m of messages) {
      const where = m.line ? `${m.line}${m.column ? ":" + m.column : ""}: ` : "";
      const text = `${where}${m.level}: ${m.text}` + (m.source ? `\n${m.source}` + (m.caret ? `\n${m.caret}` : "") : "");
      const item = element("pre", { className: m.level, textContent: text });
      if (m.id) item.append("  ", element("a", { href: `errors/messages.html#message-${m.id}`, textContent: `[${m.id}]` }));
      list.append(item);
    }
    return list;
  }

  /* ---- the page ---- */

  function start() {
    const machine = load();
    const isa = element("select", { ariaLabel: "Instruction set" }, ...machine.isas.map((n) => element("option", { value: n, textContent: n })));
    const text = element("textarea", { spellcheck: false, rows: 10, ariaLabel: "Assembly" });
    const values = element("div", { className: "values" });
    const output = element("div", { className: "output" });
    const inputs = new Map();
    const known = { ...VALUES };

    function values64(names) {
      return names.map((n) => integer(known[n] ?? "0") ?? 0n);
    }

    function showValues(names) {
      if (names.join() === [...inputs.keys()].join()) return;
      inputs.clear();
      values.replaceChildren(...names.map((name, n) => {
        const input = element("input", { value: known[name] ?? "0", size: 12, ariaLabel: `Value of ${name}` });
        input.addEventListener("input", () => {
          input.classList.toggle("wrong", integer(input.value) === null);
          known[name] = input.value;
          show();
        });
        inputs.set(name, input);
        return element("label", {}, element("span", { className: `value${n % COLOURS}`, textContent: name }), " = ", input);
      }));
    }

    function show() {
      let names = [...inputs.keys()];
      let result = machine.assemble(isa.value, text.value, values64(names));
      if (result.parameters.join() !== names.join() && result.parameters.length) {
        names = result.parameters;
        result = machine.assemble(isa.value, text.value, values64(names));
      }
      if (!result.messages.some((m) => m.level === "error")) showValues(result.parameters);
      output.replaceChildren(messageList(result.messages));
      if (result.problem) output.append(element("pre", { className: "error", textContent: result.problem }));
      if (result.bytes !== undefined) output.append(codeTable(result, text.value.split("\n")));
      const state = new URLSearchParams({ isa: isa.value, text: text.value });
      for (const name of result.parameters) state.append("value", `${name}=${known[name] ?? "0"}`);
      history.replaceState(null, "", "#" + state);
      place.dataset.ready = "yes";
    }

    function example() {
      text.value = PLAYGROUND_EXAMPLES[isa.value] ?? "";
    }

    const given = new URLSearchParams(location.hash.slice(1));
    isa.value = machine.isas.includes(given.get("isa")) ? given.get("isa") : "x64";
    for (const pair of given.getAll("value")) known[pair.split("=")[0]] = pair.slice(pair.indexOf("=") + 1);
    if (given.has("text")) text.value = given.get("text");
    else example();
    isa.addEventListener("change", () => {
      if (Object.values(PLAYGROUND_EXAMPLES).includes(text.value) || text.value.trim() === "") example();
      show();
    });
    text.addEventListener("input", show);
    place.replaceChildren(element("p", {}, isa), text, values, output);
    show();
  }

  const script = element("script", { src: place.dataset.module ?? "_static/playground-module.js" });
  script.addEventListener("load", () => {
    try {
      start();
    } catch (e) {
      place.textContent = `This browser cannot run the playground: ${e.message}`;
    }
  });
  script.addEventListener("error", () => {
    place.textContent = "This copy of the manual was made without the playground. \"make playground\" adds it.";
  });
  document.head.append(script);
})();
