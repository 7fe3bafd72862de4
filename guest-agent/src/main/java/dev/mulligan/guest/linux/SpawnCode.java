package dev.mulligan.guest.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The one piece of machine code here: starts a process that shares our memory until it becomes another program, and
 * has it make a list of system calls on its way.
 *
 * <p>Java cannot run between the birth of a process and its execve(2), and posix_spawn(3) cannot give up powers or, in
 * the versions around, choose a cgroup. The other ways are helper programs in front of each program (two more programs
 * to execute, half of the time of a short one in an emulated guest) or a helper in another language. So this is what
 * posix_spawn(3) is made of, with the list in memory instead of code:
 *
 * <pre>{@code
 *   long run(block):                             // block: see DirectSpawn
 *     rt_sigprocmask(SIG_SETMASK, block.all, block.old)   // no handler of ours may run in the child
 *     pid = clone3(block.clone, 88)              // CLONE_VM | CLONE_VFORK: we stand still until it has executed
 *     if pid == 0:
 *       for each entry of block.script:          // the last one is execve
 *         result = syscall(entry.number, entry.arguments…)
 *         if result < 0:
 *           block.result = result; block.failed = entry; exit(127)
 *     rt_sigprocmask(SIG_SETMASK, block.old, NULL)
 *     return pid
 * }</pre>
 *
 * <p>The child uses our stack, and neither calls nor pushes, so it leaves no trace there. Sources: clone3(2), vfork(2);
 * System V ABI for x86-64, A.2.1. For other processors there is none, and {@link PosixSpawn} serves.
 */
final class SpawnCode {
    /** Made by {@code as} from the listing beside each line. */
    private static final String X86_64 = """
            53                       push   rbx
            41 54                    push   r12
            48 89 fb                 mov    rbx, rdi          ; the block
            b8 0e 00 00 00           mov    eax, 14           ; rt_sigprocmask
            bf 02 00 00 00           mov    edi, 2            ; SIG_SETMASK
            48 8d 33                 lea    rsi, [rbx]        ; all
            48 8d 53 08              lea    rdx, [rbx+8]      ; old
            41 ba 08 00 00 00        mov    r10d, 8
            0f 05                    syscall
            b8 b3 01 00 00           mov    eax, 435          ; clone3
            48 8d 7b 20              lea    rdi, [rbx+32]     ; clone
            be 58 00 00 00           mov    esi, 88
            0f 05                    syscall
            48 85 c0                 test   rax, rax
            74 22                    je     child
            49 89 c4                 mov    r12, rax
            b8 0e 00 00 00           mov    eax, 14           ; rt_sigprocmask
            bf 02 00 00 00           mov    edi, 2            ; SIG_SETMASK
            48 8d 73 08              lea    rsi, [rbx+8]      ; old
            31 d2                    xor    edx, edx
            41 ba 08 00 00 00        mov    r10d, 8
            0f 05                    syscall
            4c 89 e0                 mov    rax, r12
            41 5c                    pop    r12
            5b                       pop    rbx
            c3                       ret
            4c 8d 63 78       child: lea    r12, [rbx+120]    ; script
            49 8b 04 24       next:  mov    rax, [r12]
            49 8b 7c 24 08           mov    rdi, [r12+8]
            49 8b 74 24 10           mov    rsi, [r12+16]
            49 8b 54 24 18           mov    rdx, [r12+24]
            4d 8b 54 24 20           mov    r10, [r12+32]
            4d 8b 44 24 28           mov    r8, [r12+40]
            4d 8b 4c 24 30           mov    r9, [r12+48]
            0f 05                    syscall
            48 85 c0                 test   rax, rax
            78 06                    js     failed
            49 83 c4 38              add    r12, 56
            eb d1                    jmp    next
            48 89 43 10      failed: mov    [rbx+16], rax     ; result
            4c 89 63 18              mov    [rbx+24], r12     ; failed
            b8 3c 00 00 00           mov    eax, 60           ; exit
            bf 7f 00 00 00           mov    edi, 127
            0f 05                    syscall
            f4                       hlt
            """;

    private static final int BYTES_COLUMN = 25;
    private static final int READ_WRITE = 3;
    private static final int READ_EXECUTE = 5;
    private static final int PRIVATE_ANONYMOUS = 0x22;
    private static final int PAGE = 4096;

    private static final @Nullable MemorySegment RUN = load();

    private SpawnCode() {}

    /** Whether there is code for this processor, and the kernel lets us use it. */
    static boolean isAvailable() {
        return RUN != null;
    }

    /**
     * Runs it.
     *
     * @param block as described above, filled
     * @return the child's process id, or the negative error number of clone3(2)
     */
    static long run(MemorySegment block) {
        MemorySegment code = RUN;
        if (code == null) {
            throw new IllegalStateException("spawn code: not available here (expected: isAvailable() asked first)");
        }
        return Downcall.call(code, block.address(), 0, 0, 0, 0, 0, 0);
    }

    private static @Nullable MemorySegment load() {
        if (!System.getProperty("os.arch").equals("amd64") || !kernelHasClone3()) {
            return null;
        }
        byte[] code = HexFormat.of()
                .parseHex(X86_64.lines()
                        .map(line -> line.substring(0, Math.min(line.length(), BYTES_COLUMN)))
                        .map(SpawnCode::digits)
                        .reduce("", String::concat));
        try {
            long address = Kernel.call(SystemCall.MMAP, 0, PAGE, READ_WRITE, PRIVATE_ANONYMOUS, -1, 0);
            MemorySegment page = MemorySegment.ofAddress(address).reinterpret(PAGE);
            MemorySegment.copy(code, 0, page, JAVA_BYTE, 0, code.length);
            Kernel.call(SystemCall.MPROTECT, address, PAGE, READ_EXECUTE);
            return page;
        } catch (KernelException e) {
            // A guest that forbids new code still has posix_spawn.
            return null;
        }
    }

    /** The pairs of hexadecimal digits at the beginning of a line. */
    private static String digits(String line) {
        StringBuilder digits = new StringBuilder();
        for (String pair : line.strip().split(" ", -1)) {
            if (!pair.matches("[0-9a-f]{2}")) {
                break;
            }
            digits.append(pair);
        }
        return digits.toString();
    }

    /** In a container it may be forbidden; a size of nothing is then refused for another reason. */
    private static boolean kernelHasClone3() {
        try {
            Kernel.call(SystemCall.CLONE3, 0, 0);
            return true;
        } catch (KernelException e) {
            return e.errno() == Errno.EINVAL;
        }
    }
}
