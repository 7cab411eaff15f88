package io.moka.machinery.process;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/// A long-running component: a picocli command that starts its parts, registers closers for them, and then waits for its termination.
///
/// A component's main method is `System.exit(ComponentProcess.runProcess(Scheduler::new, args))`.
public abstract class ComponentProcess implements Callable<Integer> {

    @Option(names = {"-v", "--verbose"}, description = "Log in detail; show stack traces.")
    private boolean verbose;

    // guarded by itself
    private final Deque<AutoCloseable> closers = new ArrayDeque<>();
    private final CountDownLatch end = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean started;

    /// Runs a component that has the process for itself. It is made only when logging is set up, as its fields may need loggers.
    ///
    /// @return the exit status
    public static int runProcess(Supplier<? extends ComponentProcess> component, String... args) {
        Logging.boundFile();
        Logging.configure(Arrays.stream(args).anyMatch(arg -> arg.equals("-v") || arg.equals("--verbose")));
        return run(component.get(), args);
    }

    static int run(ComponentProcess component, String... args) {
        return new CommandLine(component).setCaseInsensitiveEnumValuesAllowed(true).setExecutionExceptionHandler((failure, command, parsed) -> {
            if (component.verbose) {
                failure.printStackTrace(command.getErr());
            } else {
                command.getErr().println(command.getCommandName() + ": " + failure.getMessage());
            }
            return 1;
        }).execute(args);
    }

    /// Starts the component and returns; whatever it opens it hands to [#closeAtEnd(AutoCloseable)].
    protected abstract void start() throws Exception;

    /// Whether [#start] has returned.
    protected final boolean hasStarted() {
        return started;
    }

    /// Registers what is to be closed at the end; the last registered is closed first.
    protected final <C extends AutoCloseable> C closeAtEnd(C closer) {
        synchronized (closers) {
            closers.push(closer);
        }
        return closer;
    }

    /// Returns how long all closers together may take; then the process ends in any case.
    protected Duration closingPatience() {
        return Duration.ofSeconds(10);
    }

    /// Ends the process from within, such as when leadership is lost; the launcher starts it anew.
    protected final void stop() {
        end.countDown();
    }

    @Override
    public final Integer call() throws Exception {
        Runtime.getRuntime().addShutdownHook(new Thread(this::endAndWait, "shutdown"));
        closeAtEnd(HeapKeeper.start());
        try {
            start();
            started = true;
            end.await();
        } finally {
            closeAll();
            closed.countDown();
        }
        return 0;
    }

    /// The virtual machine halts when its hooks return, so this one stays until everything is closed.
    private void endAndWait() {
        end.countDown();
        try {
            Duration patience = closingPatience();
            if (!closed.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                LoggerFactory.getLogger(ComponentProcess.class).warn("still closing after {} s; ending all the same", patience.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void closeAll() {
        Logger log = LoggerFactory.getLogger(ComponentProcess.class);
        synchronized (closers) {
            while (!closers.isEmpty()) {
                try {
                    closers.pop().close();
                } catch (Exception e) {
                    log.warn("closing at the end", e);
                }
            }
        }
    }
}
