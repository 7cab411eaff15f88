package io.moka.machinery.foreign;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.stream.Stream;

/// Finds functions of the C library and reads `errno` after a call.
public final class NativeFunctions {

    /// The layout of the segment that is the first argument of each call and holds `errno` afterwards.
    public static final MemoryLayout STATE = Linker.Option.captureStateLayout();

    private static final Linker LINKER = Linker.nativeLinker();
    private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private NativeFunctions() {
    }

    /// A handle to keep in a `static final` field, so that it may be called by `invokeExact`.
    public static MethodHandle find(String function, FunctionDescriptor descriptor, Linker.Option... options) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(function), descriptor,
                Stream.concat(Stream.of(Linker.Option.captureCallState("errno")), Stream.of(options)).toArray(Linker.Option[]::new));
    }

    public static int errno(MemorySegment state) {
        return (int) ERRNO.get(state, 0L);
    }
}
