package io.moka.proxy.policy.nftables;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// A thread that lives in another network namespace: a socket that it opens belongs there, whoever uses it later.
public final class NamespaceThread implements AutoCloseable {

    private static final int O_RDONLY = 0;
    private static final int CLONE_NEWNET = 0x4000_0000;
    private static final MethodHandle OPEN = Libc.function("open", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
            Linker.Option.firstVariadicArg(2));
    private static final MethodHandle SETNS = Libc.function("setns", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    private static final MethodHandle CLOSE = Libc.function("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

    private final ExecutorService executor;

    public NamespaceThread(String namespace) throws Exception {
        executor = Executors.newSingleThreadExecutor(Thread.ofPlatform().name("in-" + namespace).daemon().factory());
        run(() -> {
            enter(namespace);
            return true;
        });
    }

    private static void enter(String namespace) throws Exception {
        try (var arena = Arena.ofConfined()) {
            int file = (int) OPEN.invokeExact(arena.allocateFrom("/run/netns/" + namespace), O_RDONLY);
            int status = (int) SETNS.invokeExact(file, CLONE_NEWNET);
            int closed = (int) CLOSE.invokeExact(file);
            if (file < 0 || status != 0 || closed != 0) {
                throw new IllegalStateException("cannot enter the network namespace " + namespace + " (the test needs root)");
            }
        } catch (Exception | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    public <T> T run(Callable<T> action) throws Exception {
        try {
            return executor.submit(action).get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : new IllegalStateException(e.getCause());
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
