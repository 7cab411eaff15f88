package io.moka.proxy.policy.nftables;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;

/// Functions of the C library, for what Java's sockets cannot do.
final class Libc {

    private static final Linker LINKER = Linker.nativeLinker();

    private Libc() {
    }

    static MethodHandle function(String name, FunctionDescriptor descriptor, Linker.Option... options) {
        return LINKER.downcallHandle(LINKER.defaultLookup().find(name).orElseThrow(), descriptor, options);
    }
}
