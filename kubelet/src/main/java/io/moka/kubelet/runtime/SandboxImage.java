package io.moka.kubelet.runtime;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// The program that holds a sandbox: an executable of some 250 bytes that waits for ever, written here byte by byte.
///
/// It has children reaped by the kernel (SIGCHLD ignored), so it may be process 1 of a shared process namespace, and ends on
/// SIGTERM and SIGINT. Upstream's `pause` does the same in C.
final class SandboxImage {

    static final String NAME = "moka/sandbox:1";
    static final String PROGRAM = "/pause";

    private static final long BASE = 0x400000;
    private static final int ELF_HEADER = 64;
    private static final int PROGRAM_HEADER = 56;
    private static final int CODE_START = ELF_HEADER + PROGRAM_HEADER;
    private static final int SA_RESTORER = 0x04000000;
    private static final int SIG_IGN = 1;

    private static final byte SIGINT = 2;
    private static final byte SIGTERM = 15;
    private static final byte SIGCHLD = 17;

    private SandboxImage() {
    }

    /// A statically linked x86-64 Linux executable.
    static byte[] program() {
        var machineCode = code(0, 0);
        int exit = machineCode.length - EXIT.length;
        int actions = align(CODE_START + machineCode.length);
        var code = code(actions, actions + 32);
        var program = ByteBuffer.allocate(actions + 64).order(ByteOrder.LITTLE_ENDIAN);
        header(program, program.capacity());
        program.put(code);
        long handler = BASE + CODE_START + exit;
        program.position(actions).putLong(handler).putLong(SA_RESTORER).putLong(handler).putLong(0);
        program.putLong(SIG_IGN).putLong(0).putLong(0).putLong(0);
        return program.array();
    }

    /// mov edi,0; mov eax,60 (exit); syscall
    private static final byte[] EXIT = {(byte) 0xBF, 0, 0, 0, 0, (byte) 0xB8, 60, 0, 0, 0, 0x0F, 0x05};

    /// L: mov eax,34 (pause); syscall; jmp L
    private static final byte[] WAIT = {(byte) 0xB8, 34, 0, 0, 0, 0x0F, 0x05, (byte) 0xEB, (byte) 0xF7};

    private static byte[] code(int endAction, int ignoreAction) {
        var code = new ByteArrayOutputStream();
        code.writeBytes(sigaction(SIGTERM, endAction));
        code.writeBytes(sigaction(SIGINT, endAction));
        code.writeBytes(sigaction(SIGCHLD, ignoreAction));
        code.writeBytes(WAIT);
        code.writeBytes(EXIT);
        return code.toByteArray();
    }

    /// mov eax,13 (rt_sigaction); mov edi,signal; mov esi,action; xor edx,edx; mov r10d,8; syscall
    private static byte[] sigaction(byte signal, int actionOffset) {
        return ByteBuffer.allocate(25).order(ByteOrder.LITTLE_ENDIAN)
                .put((byte) 0xB8).putInt(13)
                .put((byte) 0xBF).putInt(signal)
                .put((byte) 0xBE).putInt((int) BASE + actionOffset)
                .put((byte) 0x31).put((byte) 0xD2)
                .put((byte) 0x41).put((byte) 0xBA).putInt(8)
                .put((byte) 0x0F).put((byte) 0x05).array();
    }

    /// One loadable segment, the whole file, readable and executable.
    private static void header(ByteBuffer out, int size) {
        out.put(new byte[] {0x7F, 'E', 'L', 'F', 2, 1, 1, 0}).putLong(0);
        out.putShort((short) 2).putShort((short) 62).putInt(1);
        out.putLong(BASE + CODE_START).putLong(ELF_HEADER).putLong(0);
        out.putInt(0).putShort((short) ELF_HEADER).putShort((short) PROGRAM_HEADER).putShort((short) 1);
        out.putShort((short) 64).putShort((short) 0).putShort((short) 0);
        out.putInt(1).putInt(5).putLong(0).putLong(BASE).putLong(BASE).putLong(size).putLong(size).putLong(0x1000);
    }

    private static int align(int offset) {
        return (offset + 7) & ~7;
    }
}
