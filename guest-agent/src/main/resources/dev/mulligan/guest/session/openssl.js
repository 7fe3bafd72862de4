// Seeds OpenSSL's generator anew, which keys and TLS draw from: behind driver.js, in one script.
//
// RAND_seed(3) does it: the primary generator takes fresh entropy from the kernel, and those of all threads follow it
// at their next draw. Node.js exports that function to addons and offers it to nobody else. So this is the smallest
// shared object that calls it, from its initialisation; it leaves nothing behind, for Node.js closes what is no addon.
// Sources: elf(5); System V ABI for x86-64; OpenSSL, providers/implementations/rands/drbg.c.

/** A shared object for x86-64 in words of 64 bits. It is loaded twice: to be executed, and at 0x1000 to be written. */
const SEEDING = new Uint8Array(new BigUint64Array([
  // ELF header: 64 bits, little endian; a shared object for x86-64; four program headers at 0x40.
  0x00010102464c457fn, 0x0n, 0x00000001003e0003n, 0x0n, 0x40n, 0x0n, 0x0038004000000000n, 0x4n,
  // Program headers: to read and execute, to read and write, dynamic, a stack that is not executable.
  0x0000000500000001n, 0x0n, 0x0n, 0x0n, 0x250n, 0x250n, 0x1000n,
  0x0000000600000001n, 0x0n, 0x1000n, 0x1000n, 0x250n, 0x250n, 0x1000n,
  0x0000000600000002n, 0x1b0n, 0x11b0n, 0x11b0n, 0xa0n, 0xa0n, 0x8n,
  0x000000066474e551n, 0x0n, 0x0n, 0x0n, 0x0n, 0x0n, 0x10n,
  // 0x120, symbols: none, and a global one whose name is at 1.
  0x0n, 0x0n, 0x0n, 0x0000001000000001n, 0x0n, 0x0n,
  // 0x150, relocation: the address of symbol 1 goes to 0x11a8.
  0x11a8n, 0x0000000100000006n, 0x0n,
  // 0x168, names: RAND_seed. 0x178, hash table: one bucket, empty.
  0x65735f444e415200n, 0x0000000000006465n, 0x0000000200000001n, 0x0n, 0x0n,
  // 0x190, code: endbr64; lea rdi, [rip-0x19b] (its own beginning: anything will do); mov esi, 16; jmp [rip+0x1002].
  0x653d8d48fa1e0ff3n, 0x00000010befffffen, 0x90900000100225ffn,
  // 0x1a8, where the address goes.
  0x0n,
  // 0x1b0, dynamic: hash table, names, symbols, relocations and their sizes; initialisation at 0x190.
  0x4n, 0x178n, 0x5n, 0x168n, 0x6n, 0x120n, 0x7n, 0x150n, 0x8n, 0x18n, 0x9n, 0x18n, 0xan, 0xbn, 0xbn, 0x18n,
  0xcn, 0x190n, 0x0n, 0x0n,
]).buffer);

/** From memory if there is such a place that may hold programs. */
const SEEDING_PLACES = ['/dev/shm', '/tmp', '/var/tmp'];

const { dlopen } = process;

/** Does nothing on other processors, and where no file can be made that may be loaded. */
function seedOpenSsl(files) {
  if (process.arch !== 'x64') return;
  for (const place of SEEDING_PLACES) {
    try {
      if (seededFrom(place, files)) return;
    } catch { /* The next one. */ }
  }
}

function seededFrom(place, files) {
  const library = `${place}/mulligan-${process.hrtime.bigint()}.node`;
  try {
    files.writeFileSync(library, SEEDING, { flag: 'wx', mode: 0o600 });
    dlopen.call(process, { exports: {} }, library);
  } catch (problem) {
    // What the loader does not like has another message.
    return /self-register/.test(problem.message);
  } finally {
    files.unlinkSync(library);
  }
  return true;
}
