// The driver of a Node.js session: runs in the interpreter of the sandbox, beside the user's code, and speaks to the
// guest agent over one socket, descriptor 9. See ControlFrames.java for the protocol. Node.js 18 or newer.
//
// `require` and `load`, which is import(), come from the start-up code: scripts like this one have neither.
//
// Code is evaluated by V8's own REPL mode (Runtime.evaluate, replMode): it lets const, let and class be declared anew
// and knows top-level await, without a rewriting of the source. The one thing that it can't do is import().
'use strict';
const fs = require('fs');
const inspector = require('inspector');
const net = require('net');
const path = require('path');
const util = require('util');
const vm = require('vm');
const { createRequire } = require('module');

// What the user's code can't take from us by assigning to the globals.
const { BigInt, Buffer, Error, JSON, Map, Number, Object, Promise, RegExp, String, Symbol, SyntaxError } = globalThis;
const { Uint32Array, Uint8Array, ArrayBuffer, Math, process } = globalThis;
const stderrWrite = process.stderr.write.bind(process.stderr);
const { min } = Math;
for (const output of [process.stdout, process.stderr]) {
  // Or what a full pipe does not take waits in memory, and the end of the call overtakes it.
  output._handle?.setBlocking?.(true);
}

const CONTROL = 9;
const DONE = 0, EXCEPTION = 1, INTERRUPTED = 2, EXIT = 3;
const MOST_RESULT = 8 << 20, MOST_TRACEBACK = 256 << 10, MOST_MESSAGE = 64 << 10;
const REPRESENTATIONS = [
  ['_repr_html_', 'text/html'], ['_repr_png_', 'image/png'], ['_repr_svg_', 'image/svg+xml'],
  ['_repr_json_', 'application/json'],
];
const IMPORT = Symbol.for('mulligan.import');

const session = new inspector.Session();
session.connect();

/** process.exit() ends the call, not the session. */
class Exit {
  constructor(code) { this.code = code; }
}

class Interrupt extends Error {
  constructor() {
    super('interrupted');
    this.name = 'Interrupted';
    this.stack = 'Interrupted: the call was interrupted';
  }
}

function field(data) {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  return Buffer.concat([length, data]);
}

function encoded(text, most = Infinity) {
  const data = Buffer.from(String(text));
  if (data.length <= most) return data;
  const half = most >> 1;
  const note = `\n[... ${data.length - 2 * half} bytes left out ...]\n`;
  return Buffer.concat([data.subarray(0, half), Buffer.from(note), data.subarray(data.length - half)]);
}

function ended(status, { exitCode = 0, name = '', message = '', trace = '', bundles = [] }) {
  const head = Buffer.alloc(5);
  head.writeUInt8(status, 0);
  head.writeInt32BE(exitCode, 1);
  const number = (value) => { const b = Buffer.alloc(4); b.writeUInt32BE(value); return b; };
  const parts = [head, field(encoded(name, 200)), field(encoded(message, MOST_MESSAGE)),
    field(encoded(trace, MOST_TRACEBACK)), number(bundles.length)];
  for (const bundle of bundles) {
    parts.push(number(bundle.size));
    for (const [mime, data] of bundle) parts.push(field(Buffer.from(mime)), field(data));
  }
  return Buffer.concat(parts);
}

function asBytes(mime, value) {
  if (value === undefined || value === null) return null;
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  if (mime === 'application/json' || typeof value !== 'string') return Buffer.from(JSON.stringify(value));
  return Buffer.from(value, mime.startsWith('image/') && mime !== 'image/svg+xml' ? 'base64' : 'utf8');
}

function bundleOf(value) {
  const found = new Map();
  const add = (mime, content) => {
    try {
      const data = asBytes(mime, content());
      if (data) found.set(mime, data);
    } catch { /* One representation that fails leaves the others. */ }
  };
  if (typeof value === 'object' && value !== null && !util.types.isProxy(value)) {
    let whole = null;
    try { whole = typeof value._repr_mimebundle_ === 'function' ? value._repr_mimebundle_() : null; } catch { /* as above */ }
    if (whole && typeof whole === 'object') {
      for (const mime of Object.keys(whole)) {
        if (/^[\x21-\x7e]{1,100}$/.test(mime)) add(mime, () => whole[mime]);
      }
    }
    for (const [name, mime] of REPRESENTATIONS) {
      if (!found.has(mime)) add(mime, () => typeof value[name] === 'function' ? value[name]() : undefined);
    }
  }
  if (!found.has('text/plain')) found.set('text/plain', encoded(util.inspect(value)));
  let room = MOST_RESULT;
  const kept = new Map();
  for (const [mime, data] of found) {
    if (data.length <= room) {
      room -= data.length;
      kept.set(mime, data);
    } else if (!kept.has('text/plain')) {
      kept.set('text/plain', Buffer.from(
        `[${mime}: ${data.length} bytes (expected: at most ${MOST_RESULT} for all results of a call)]`));
    }
  }
  return kept;
}

/**
 * Puts our own loader in the place of import(), which V8's REPL mode has none for. Strings, comments, templates and
 * regular expressions are left alone, the last of them as far as one can tell without a parser.
 */
function withImports(code) {
  if (!/\bimport\s*\(/.test(code)) return code;
  const token = /\/\/[^\n]*|\/\*[^]*?\*\/|'(?:\\[^]|[^'\\\n])*'|"(?:\\[^]|[^"\\\n])*"|\/(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*|[\w$.]+|[`{}]|[^\s]/gy;
  let out = '', at = 0, before = '';
  const templates = [];
  const template = () => {
    // From behind a backtick or a placeholder's end to the next placeholder or the closing backtick.
    while (at < code.length) {
      const c = code[at];
      if (c === '\\') { out += code.substr(at, 2); at += 2; continue; }
      out += c;
      at++;
      if (c === '`') return;
      if (c === '$' && code[at] === '{') { out += '{'; at++; templates.push(0); return; }
    }
  };
  while (at < code.length) {
    const space = /\s*/y;
    space.lastIndex = at;
    const blank = space.exec(code)[0];
    out += blank;
    at += blank.length;
    if (at >= code.length) break;
    token.lastIndex = at;
    let text = (token.exec(code) || [code[at]])[0];
    const divides = text[0] === '/' && !/^\/[/*]/.test(text) && /[\w$)\]]$/.test(before) && !/^(?:return|typeof|case|in|of|delete|void|throw|new|else|do|await|yield)$/.test(before);
    if (divides) text = '/';
    at += text.length;
    if (text === 'import' && !before.endsWith('.') && /^\s*\(/.test(code.slice(at, at + 100))) {
      out += `globalThis[Symbol.for('mulligan.import')]`;
    } else {
      out += text;
    }
    if (!/^\/[/*]/.test(text)) before = text;
    if (text === '`') template();
    if (text === '{' && templates.length) templates[templates.length - 1]++;
    if (text === '}' && templates.length && templates[templates.length - 1]-- === 0) { templates.pop(); template(); }
  }
  return out;
}

/** The stack without our own frames, and the line of the user's that it comes from. */
function traced(problem, name, code) {
  let stack = '';
  try { stack = typeof problem?.stack === 'string' ? problem.stack : `Uncaught ${util.inspect(problem)}`; } catch { return 'Uncaught'; }
  const kept = [];
  for (const line of stack.split('\n')) {
    if (/^\s+at .*(?:mulligan-driver\.js|node:inspector)/.test(line)) break;
    kept.push(line);
  }
  const place = new RegExp(`${name.replace(/[.]/g, '\\.')}:(\\d+):(\\d+)`).exec(kept.join('\n'));
  const source = place && code.split('\n')[place[1] - 1];
  if (source === null || source === undefined || source.length > 500) return kept.join('\n') + '\n';
  return `${name}:${place[1]}\n${source}\n${' '.repeat(min(place[2] - 1, 500))}^\n\n${kept.join('\n')}\n`;
}

class Call {
  constructor(answer) {
    this.answer = answer;
    this.open = true;
  }

  end(reply) {
    if (this.open) {
      this.open = false;
      current = null;
      this.answer(reply);
    }
  }
}

let current = null;
let code = '';
let name = '';

/** The value behind what the inspector says of it. */
function valueOf(remote) {
  if (!remote.objectId) {
    if (remote.unserializableValue !== undefined) {
      const text = remote.unserializableValue;
      return text.endsWith('n') ? BigInt(text.slice(0, -1)) : Number(text);
    }
    return remote.value;
  }
  let value;
  globalThis[TAKE] = (taken) => { value = taken; };
  try {
    session.post('Runtime.callFunctionOn', {
      functionDeclaration: `function(value) { globalThis[Symbol.for('mulligan.take')](value); }`,
      objectId: remote.objectId, arguments: [{ objectId: remote.objectId }], silent: true,
    });
  } finally {
    delete globalThis[TAKE];
  }
  return value;
}

const TAKE = Symbol.for('mulligan.take');
const POST = Symbol.for('mulligan.post');
const posting = new vm.Script(`globalThis[Symbol.for('mulligan.post')]()`, { filename: 'mulligan-driver.js' });

function evaluate(call) {
  current = call;
  const expression = `${withImports(code)}\n//# sourceURL=${name}`;
  globalThis[POST] = () => session.post(
    'Runtime.evaluate',
    { expression, replMode: true, awaitPromise: true, silent: true, objectGroup: 'mulligan' },
    (failure, answer) => settled(call, failure, answer));
  try {
    posting.runInThisContext({ breakOnSigint: true, displayErrors: false });
  } catch (problem) {
    if (problem?.code !== 'ERR_SCRIPT_EXECUTION_INTERRUPTED') throw problem;
    call.end(failed(INTERRUPTED, new Interrupt()));
  } finally {
    delete globalThis[POST];
  }
}

function settled(call, failure, answer) {
  if (!call.open) return;
  try {
    if (failure) {
      // How V8 says that it was interrupted, too: evaluate() knows better.
      call.failure = new Error(failure.message);
      setImmediate(() => call.end(failed(EXCEPTION, call.failure)));
    } else if (answer.exceptionDetails) {
      const details = answer.exceptionDetails;
      const problem = details.exception ? valueOf(details.exception) : new Error(details.text);
      call.end(problem instanceof Exit ? exited(problem) : failed(EXCEPTION, problem, details));
    } else {
      const value = valueOf(answer.result);
      if (value !== undefined) globalThis._ = value;
      call.end(ended(DONE, { bundles: value === undefined ? [] : [bundleOf(value)] }));
    }
  } catch (problem) {
    // util.inspect runs the user's code, too.
    call.end(problem instanceof Exit ? exited(problem) : failed(EXCEPTION, problem));
  } finally {
    session.post('Runtime.releaseObjectGroup', { objectGroup: 'mulligan' });
    // Whatever the user's code has broken: a call that can't be answered ends with its session.
    if (call.open && !call.failure) process.reallyExit(70);
  }
}

function exited(problem) {
  return ended(EXIT, { exitCode: problem.code });
}

function failed(status, problem, details) {
  try {
    let trace = traced(problem, name, code);
    if (problem instanceof SyntaxError && details && details.lineNumber !== undefined && !trace.startsWith(name)) {
      // An unexpected end lies behind it, in what was added.
      const lines = code.split('\n');
      const line = min(details.lineNumber, lines.length - 1);
      const column = line === details.lineNumber ? details.columnNumber : lines[line].length;
      trace = `${name}:${line + 1}\n${lines[line]}\n${' '.repeat(min(column, 500))}^\n\n${trace}`;
    }
    return ended(status, {
      exitCode: status === INTERRUPTED ? 130 : 1,
      name: String(problem?.name ?? typeof problem), message: String(problem?.message ?? util.inspect(problem)), trace,
    });
  } catch {
    return ended(status, { exitCode: 1, name: 'Error', message: `it can't be shown` });
  }
}

/** From what is drawn in user space: the machine was cloned, restored or rolled back, and others draw the same. */
function resynchronised() {
  const crypto = require('crypto');
  const kernel = fs.openSync('/dev/urandom', 'r');
  const fill = (bytes) => {
    for (let at = 0; at < bytes.length;) at += fs.readSync(kernel, bytes, at, bytes.length - at);
    return bytes;
  };
  seedMathRandom(fill);
  drawFromKernel(crypto, fill);
  seedOpenSsl(fs);
}

/** Math.random as xoshiro128** (Blackman and Vigna), seeded by the kernel: V8's own can't be reseeded. */
function seedMathRandom(fill) {
  const s = new Uint32Array(fill(new Uint8Array(16)).buffer);
  const rotate = (x, k) => (x << k) | (x >>> (32 - k));
  const next = () => {
    const result = Math.imul(rotate(Math.imul(s[1], 5), 7), 9) >>> 0;
    const t = s[1] << 9;
    s[2] ^= s[0]; s[3] ^= s[1]; s[1] ^= s[2]; s[0] ^= s[3]; s[2] ^= t; s[3] = rotate(s[3], 11);
    return result;
  };
  define(Math, 'random', function random() {
    return ((next() >>> 5) * 67108864 + (next() >>> 6)) / 9007199254740992;
  });
}

function define(target, key, value) {
  const there = Object.getOwnPropertyDescriptor(target, key);
  if (there && !there.configurable && !there.writable) {
    // A getter that leads to another of these.
    return;
  }
  Object.defineProperty(target, key, { value, writable: true, enumerable: there?.enumerable ?? true, configurable: true });
}

let drawing = false;

/** What JavaScript can draw, it draws from the kernel, also where OpenSSL's generator could not be seeded anew. */
function drawFromKernel(crypto, fill) {
  if (drawing) return;
  drawing = true;
  const view = (buffer) => ArrayBuffer.isView(buffer)
    ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength) : new Uint8Array(buffer);
  const { randomFillSync, randomUUID, randomInt, webcrypto } = crypto;
  const later = (work, callback) => {
    let problem = null, value;
    try { value = work(); } catch (thrown) { problem = thrown; }
    process.nextTick(() => problem ? callback(problem) : callback(null, value));
  };
  // The originals check the arguments and say what is wrong with them.
  const filled = (buffer, ...bounds) => {
    randomFillSync(buffer, ...bounds);
    const unit = buffer.BYTES_PER_ELEMENT ?? 1;
    const from = (bounds[0] ?? 0) * unit;
    const bytes = view(buffer);
    fill(bytes.subarray(from, bounds[1] === undefined ? bytes.length : from + bounds[1] * unit));
    return buffer;
  };
  const bytes = (size) => filled(Buffer.alloc(size));
  const randomBytes = (size, callback) => callback ? later(() => bytes(size), callback) : bytes(size);
  const uuid = (options) => {
    randomUUID(options);
    const b = bytes(16);
    b[6] = (b[6] & 0x0f) | 0x40;
    b[8] = (b[8] & 0x3f) | 0x80;
    return b.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  };
  const integer = (lowest, beyond) => {
    const range = BigInt(beyond) - BigInt(lowest);
    const most = (1n << 64n) - ((1n << 64n) % range);
    let drawn;
    do { drawn = bytes(8).readBigUInt64BE(); } while (drawn >= most);
    return Number(BigInt(lowest) + drawn % range);
  };
  const checkedInteger = (...given) => {
    const callback = typeof given.at(-1) === 'function' ? given.pop() : undefined;
    randomInt(...given);
    const [lowest, beyond] = given.length > 1 ? given : [0, given[0]];
    return callback ? later(() => integer(lowest, beyond), callback) : integer(lowest, beyond);
  };
  define(crypto, 'randomBytes', randomBytes);
  define(crypto, 'pseudoRandomBytes', randomBytes);
  define(crypto, 'rng', randomBytes);
  define(crypto, 'prng', randomBytes);
  define(crypto, 'randomFillSync', filled);
  define(crypto, 'randomFill', (buffer, ...rest) => {
    const callback = rest.pop();
    later(() => filled(buffer, ...rest), callback);
  });
  define(crypto, 'randomUUID', uuid);
  define(crypto, 'randomInt', checkedInteger);
  const values = webcrypto.getRandomValues;
  const getRandomValues = (array) => {
    values.call(webcrypto, array);
    fill(view(array));
    return array;
  };
  define(crypto, 'getRandomValues', getRandomValues);
  define(Object.getPrototypeOf(webcrypto), 'getRandomValues', function(array) { return getRandomValues(array); });
  define(Object.getPrototypeOf(webcrypto), 'randomUUID', function(options) { return uuid(options); });
  require('module').syncBuiltinESMExports();
}

class Fields {
  constructor(data) { this.data = data; this.at = 0; }
  number() { this.at += 4; return this.data.readUInt32BE(this.at - 4); }
  text() { const length = this.number(); this.at += length; return this.data.toString('utf8', this.at - length, this.at); }
}

const socket = new net.Socket({ fd: CONTROL, readable: true, writable: true });

function reply(call, payload) {
  const head = Buffer.alloc(9);
  head.write('R', 0);
  head.writeUInt32BE(payload.length + 4, 1);
  head.writeUInt32BE(call, 5);
  socket.write(Buffer.concat([head, payload]));
}

function request(kind, data) {
  const fields = new Fields(data);
  const call = fields.number();
  if (kind === 'P') {
    reply(call, prepare(fields));
    return;
  }
  if (fields.number()) resynchronised();
  const count = fields.number(), variables = fields.number();
  code = fields.text();
  name = fields.text();
  process.argv = [process.execPath, path.resolve(name)];
  for (let i = 0; i < count; i++) process.argv.push(fields.text());
  for (let i = 0; i < variables; i++) {
    const key = fields.text(), value = fields.text();
    if (process.env[key] !== value) process.env[key] = value;
  }
  renewRequire();
  evaluate(new Call((payload) => reply(call, payload)));
}

let requireFrom = '';

/** As at Node's prompt: modules are looked up from the working directory. */
function renewRequire() {
  const here = path.join(process.cwd(), 'session.js');
  if (here === requireFrom) return;
  requireFrom = here;
  const module = { exports: {}, id: '<session>', filename: here, loaded: false, children: [], paths: [] };
  const own = createRequire(here);
  for (const [key, value] of Object.entries({ require: own, module, exports: module.exports })) {
    Object.defineProperty(globalThis, key, { value, writable: true, configurable: true, enumerable: false });
  }
}

Object.defineProperty(globalThis, IMPORT, {
  value: (specifier, options) => {
    const wanted = String(specifier);
    if (/^(?:\.{0,2}\/)/.test(wanted)) return load(require('url').pathToFileURL(path.resolve(wanted)).href, options);
    if (/^[a-z][a-z+.-]*:/i.test(wanted)) return load(wanted, options);
    // A package: from the working directory, not from where we are.
    return load('module').then(({ createRequire: from }) => {
      let found = wanted;
      try { found = from(path.join(process.cwd(), 'session.js')).resolve(wanted); } catch { /* import() says it better */ }
      return load(path.isAbsolute(found) ? require('url').pathToFileURL(found).href : found, options);
    });
  },
});

function prepare(fields) {
  const failed = [];
  renewRequire();
  for (let i = fields.number(); i > 0; i--) {
    const module = fields.text();
    try { globalThis.require(module); } catch (problem) { failed.push(`${module}: ${problem?.message}`); }
  }
  session.post('Runtime.evaluate', { expression: '[1, null][0] + 1', replMode: true, awaitPromise: true }, () => {});
  bundleOf({ warm: [1] });
  seedOpenSsl(fs);
  return ended(failed.length ? EXCEPTION : DONE, { message: failed.join('\n') });
}

process.exit = (given) => { throw new Exit(Number(given ?? process.exitCode ?? 0) & 0xff); };
process.on('uncaughtException', (problem) => {
  if (problem instanceof Exit) {
    current?.end(exited(problem));
  } else {
    stderrWrite(`Uncaught ${traced(problem, name, code)}`);
  }
});
process.on('unhandledRejection', (problem) => {
  stderrWrite(`Uncaught (in promise) ${traced(problem, name, code)}`);
});
process.on('SIGINT', () => current?.end(failed(INTERRUPTED, new Interrupt())));

for (const builtin of require('module').builtinModules) {
  if (!builtin.startsWith('_') && !builtin.includes('/') && !(builtin in globalThis)) {
    Object.defineProperty(globalThis, builtin, {
      get: () => {
        const found = require(builtin);
        Object.defineProperty(globalThis, builtin, { value: found, writable: true, configurable: true });
        return found;
      },
      set: (value) => Object.defineProperty(globalThis, builtin, { value, writable: true, configurable: true, enumerable: true }),
      configurable: true,
    });
  }
}

let waiting = Buffer.alloc(0);
socket.on('data', (chunk) => {
  waiting = waiting.length ? Buffer.concat([waiting, chunk]) : chunk;
  while (waiting.length >= 5 && waiting.length >= 5 + waiting.readUInt32BE(1)) {
    const length = waiting.readUInt32BE(1);
    const kind = String.fromCharCode(waiting[0]);
    const data = waiting.subarray(5, 5 + length);
    waiting = waiting.subarray(5 + length);
    try {
      request(kind, data);
    } catch (problem) {
      // A call that can't be answered ends with its session.
      stderrWrite(`driver: ${problem?.stack}\n`);
      process.reallyExit(70);
    }
  }
});
const gone = () => process.reallyExit(0);
socket.on('end', gone);
socket.on('error', gone);
