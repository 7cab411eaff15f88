package io.moka.kubelet.runtime;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// An engine in memory. It knows these commands: `sleep` runs until it is ended (ignoring SIGTERM when its second argument is
/// `ignore`), `true` and `false` end at once, `echo` writes its arguments to the log, `exit` ends with the code it is given; `cat`,
/// as a command beside the container's own, copies its input.
public final class FakeRuntime implements ContainerRuntime {

    private static final int END_OF_TAR = 1024;

    private static final class Item {
        final ContainerRecord created;
        final ContainerSpec.@Nullable Process process;
        final StringBuilder log = new StringBuilder();
        ContainerState state = new ContainerState.Created();
        ContainerSpec.Limits limits;

        Item(ContainerRecord created, ContainerSpec.@Nullable Process process) {
            this.created = created;
            this.process = process;
            this.limits = created.limits();
        }

        ContainerRecord record() {
            return new ContainerRecord(created.id(), created.pod(), created.name(), created.attempt(), created.sandboxId(), created.hash(),
                    created.image(), created.imageId(), created.tty(), limits, created.createdAt(), state);
        }
    }

    private final AtomicInteger refusedStops = new AtomicInteger();
    private final AtomicInteger stops = new AtomicInteger();
    private final AtomicInteger ids = new AtomicInteger();
    private final List<Consumer<RuntimeEvent>> listeners = new CopyOnWriteArrayList<>();
    private final Map<String, ImageRecord> images = new ConcurrentHashMap<>();
    private volatile boolean hung;
    private volatile CountDownLatch listed = new CountDownLatch(0);
    private volatile @Nullable RuntimeException defect;
    private final Map<String, Long> storage = new ConcurrentHashMap<>();
    private final Map<String, CountDownLatch> served = new ConcurrentHashMap<>();
    private final Map<String, Integer> answers = new ConcurrentHashMap<>();
    private final Map<String, Integer> asked = new ConcurrentHashMap<>();
    private final Map<String, CountDownLatch> held = new ConcurrentHashMap<>();
    private final List<String> pulls = new CopyOnWriteArrayList<>();

    // guarded by this
    private final Map<String, Item> items = new LinkedHashMap<>();

    public FakeRuntime() {
        images.put(DockerEngine.BUSYBOX, new ImageRecord("sha256:fake", List.of(DockerEngine.BUSYBOX), List.of(), 1_000_000, ""));
    }

    @Override
    public String version() {
        requireAnswers();
        return "docker://fake";
    }

    private void requireAnswers() {
        if (hung) {
            throw new RuntimeFailure("the Docker engine did not answer within 10s");
        }
    }

    @Override
    public synchronized String createSandbox(SandboxSpec spec) {
        return add(spec.pod(), "", spec.attempt(), "", "", "", new ContainerSpec.Limits(0, 0, 0), null);
    }

    @Override
    public synchronized String createContainer(ContainerSpec spec) {
        if (!items.containsKey(spec.sandboxId())) {
            throw new RuntimeFailure("No such container: " + spec.sandboxId());
        }
        return add(spec.pod(), spec.name(), spec.attempt(), spec.sandboxId(), spec.hash(), spec.image().requested(), spec.limits(), spec.process());
    }

    private String add(PodIdentity pod, String name, int attempt, String sandbox, String hash, String image, ContainerSpec.Limits limits, ContainerSpec.@Nullable Process process) {
        items.values().removeIf(item -> item.created.pod().equals(pod) && item.created.name().equals(name) && item.created.attempt() == attempt);
        var id = "%064x".formatted(ids.incrementAndGet());
        items.put(id, new Item(new ContainerRecord(id, pod, name, attempt, sandbox, hash, image, "sha256:fake", process != null && process.tty(),
                limits, Instant.now(), new ContainerState.Created()), process));
        return id;
    }

    @Override
    public ContainerRecord start(String id) {
        ContainerRecord started;
        synchronized (this) {
            var item = items.get(id);
            if (item == null) {
                throw new RuntimeFailure("No such container: " + id);
            }
            if (item.state instanceof ContainerState.Running) {
                return item.record();
            }
            var sandbox = items.get(item.created.sandboxId());
            if (!item.created.isSandbox() && (sandbox == null || !(sandbox.state instanceof ContainerState.Running))) {
                throw new RuntimeFailure("cannot join network of a non running container: " + item.created.sandboxId());
            }
            var command = item.process == null ? List.of("sleep") : item.process.command();
            if (command.getFirst().equals("nonexistent")) {
                item.state = new ContainerState.Exited(Instant.EPOCH, Instant.now(), 128, false, "executable file not found in $PATH");
                throw new RuntimeFailure("executable file not found in $PATH");
            }
            item.state = new ContainerState.Running(Instant.now(), Integer.MAX_VALUE);
            started = item.record();
        }
        run(id);
        return started;
    }

    private void run(String id) {
        Item item;
        synchronized (this) {
            item = items.get(id);
        }
        var command = item.process == null ? List.of("sleep") : item.process.command();
        switch (command.getFirst()) {
            case "true" -> end(id, 0);
            case "false" -> end(id, 1);
            case "exit" -> end(id, Integer.parseInt(command.get(1)));
            case "echo" -> {
                item.log.append(String.join(" ", command.subList(1, command.size()))).append('\n');
                end(id, 0);
            }
            default -> { }
        }
    }

    /// Ends a running container from within.
    public void end(String id, int exitCode) {
        PodIdentity pod;
        synchronized (this) {
            var item = items.get(id);
            if (item == null || !(item.state instanceof ContainerState.Running(var startedAt, int pid))) {
                return;
            }
            item.state = new ContainerState.Exited(startedAt, Instant.now(), exitCode, false, "");
            pod = item.created.pod();
            notifyAll();
        }
        tell(pod.uid(), id);
    }

    private void tell(String uid, String id) {
        listeners.forEach(listener -> listener.accept(new RuntimeEvent.Changed(uid, id)));
    }

    /// Lets the next `count` calls to stop a container fail at once.
    public void refuseStops(int count) {
        refusedStops.set(count);
    }

    public int stops() {
        return stops.get();
    }

    @Override
    public void stop(String id, Duration grace) {
        stops.incrementAndGet();
        failIfDefect();
        if (refusedStops.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new RuntimeFailure("cannot stop container: permission denied");
        }
        boolean ignores = ignoresTerm(id);
        if (ignores) {
            awaitEnd(id, grace);
        }
        end(id, ignores ? 137 : 143);
    }

    private synchronized boolean ignoresTerm(String id) {
        var item = items.get(id);
        return item != null && item.process != null && item.process.command().contains("ignore");
    }

    /// Waits until the container has ended, for the grace at most.
    private synchronized void awaitEnd(String id, Duration grace) {
        long deadline = System.nanoTime() + grace.toNanos();
        try {
            for (long left = grace.toNanos(); left > 0 && isRunning(id); left = deadline - System.nanoTime()) {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isRunning(String id) {
        var item = items.get(id);
        return item != null && item.state instanceof ContainerState.Running;
    }

    @Override
    public void remove(String id) {
        end(id, 137);
        Item removed;
        synchronized (this) {
            removed = items.remove(id);
        }
        if (removed != null) {
            tell(removed.created.pod().uid(), id);
        }
    }

    /// Lets the next call that can have a defect fail by it: pulling, executing or stopping.
    public void failOnce(RuntimeException unforeseen) {
        defect = unforeseen;
    }

    private synchronized void failIfDefect() {
        var due = defect;
        defect = null;
        if (due != null) {
            throw due;
        }
    }

    @Override
    public synchronized @Nullable ContainerRecord inspect(String id) {
        var item = items.get(id);
        return item == null ? null : item.record();
    }

    /// Whether listing the containers, and questions about the engine itself, fail.
    public void hang(boolean hangs) {
        hung = hangs;
    }

    /// Sets the bytes of disk that a container uses.
    public void uses(String id, long bytes) {
        storage.put(id, bytes);
    }

    @Override
    public long storageBytes(String id) {
        return storage.getOrDefault(id, 0L);
    }

    @Override
    public ContainerFiles files(String id) {
        return ContainerFiles.UNKNOWN;
    }

    /// From now on listing containers waits for the latch.
    public void holdLists(CountDownLatch latch) {
        listed = latch;
    }

    @Override
    public List<ContainerSummary> list() {
        requireAnswers();
        try {
            listed.await();
        } catch (InterruptedException e) {
            throw new RuntimeFailure("interrupted", e);
        }
        return summaries();
    }

    private synchronized List<ContainerSummary> summaries() {
        return items.values().stream().map(item -> new ContainerSummary(item.created.id(), item.created.pod(), item.state instanceof ContainerState.Running)).toList();
    }

    /// Returns the records of all containers and sandboxes, whatever their state.
    public synchronized List<ContainerRecord> records() {
        return items.values().stream().map(Item::record).toList();
    }

    @Override
    public AutoCloseable watch(Consumer<RuntimeEvent> listener) {
        listeners.add(listener);
        listener.accept(new RuntimeEvent.Lost());
        return () -> listeners.remove(listener);
    }

    /// Refuses less memory than 1 MiB, as an engine does where a container uses more.
    @Override
    public synchronized void update(String id, ContainerSpec.Limits limits) {
        requireRunning(id);
        if (limits.memoryBytes() > 0 && limits.memoryBytes() < 1 << 20) {
            throw new RuntimeFailure("Minimum memory limit allowed is 6MB");
        }
        items.get(id).limits = limits;
    }

    @Override
    public ExecResult exec(String id, List<String> command, Duration timeout) {
        failIfDefect();
        requireRunning(id);
        return switch (command.getFirst()) {
            case "true" -> new ExecResult(0, "");
            case "echo" -> new ExecResult(0, String.join(" ", command.subList(1, command.size())) + "\n");
            default -> answer(command.getFirst());
        };
    }

    /// From now on a command beside the container's own ends with this code.
    public void answer(String command, int exitCode) {
        answers.put(command, exitCode);
    }

    /// From now on the command waits for the latch before it ends.
    public void hold(String command, CountDownLatch latch) {
        held.put(command, latch);
    }

    /// Returns how often the command was started.
    public int asked(String command) {
        return asked.getOrDefault(command, 0);
    }

    private ExecResult answer(String command) {
        asked.merge(command, 1, Integer::sum);
        try {
            held.getOrDefault(command, new CountDownLatch(0)).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return new ExecResult(answers.getOrDefault(command, 1), "");
    }

    private synchronized void requireRunning(String id) {
        if (!isRunning(id)) {
            throw new RuntimeFailure("Container " + id + " is not running");
        }
    }

    @Override
    public Session openExec(String id, List<String> command, boolean tty, boolean stdin) {
        requireRunning(id);
        return new Session() {
            @Override
            public int run(@Nullable InputStream input, OutputSink sink) {
                if (command.getFirst().equals("cat") && input != null) {
                    return copy(input, sink);
                }
                if (command.getFirst().equals("head") && input != null) {
                    return copyLine(input, sink);
                }
                var result = exec(id, command, Duration.ofSeconds(1));
                sink.write(OutputSink.Stream.STDOUT, result.output().getBytes(StandardCharsets.UTF_8));
                return result.exitCode();
            }

            @Override
            public void resize(int columns, int rows) {
                requireRunning(id);
            }

            @Override
            public void close() {
                requireKnown(id);
            }
        };
    }

    private static int copyLine(InputStream input, OutputSink sink) {
        var line = new ByteArrayOutputStream();
        try {
            int next = 0;
            while (next >= 0 && next != '\n') {
                next = input.read();
                line.write(next);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        sink.write(OutputSink.Stream.STDOUT, line.toByteArray());
        return 0;
    }

    private static int copy(InputStream input, OutputSink sink) {
        var buffer = new byte[8192];
        try {
            for (int count = input.read(buffer); count >= 0; count = input.read(buffer)) {
                sink.write(OutputSink.Stream.STDOUT, Arrays.copyOf(buffer, count));
            }
            return 0;
        } catch (IOException e) {
            throw new RuntimeFailure("the input broke", e);
        }
    }

    private synchronized void requireKnown(String id) {
        if (!items.containsKey(id)) {
            throw new RuntimeFailure("No such container: " + id);
        }
    }

    @Override
    public Session openAttach(String id, boolean stdin) {
        return openExec(id, List.of("true"), false, stdin);
    }

    @Override
    public void logs(String id, LogRequest request, OutputSink sink) {
        String text;
        synchronized (this) {
            requireKnown(id);
            text = items.get(id).log.toString();
        }
        sink.write(OutputSink.Stream.STDOUT, text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public @Nullable ImageRecord image(String name) {
        return images.get(name);
    }

    @Override
    public List<ImageRecord> images() {
        return List.copyOf(images.values());
    }

    @Override
    public synchronized Set<String> usedImages() {
        return items.values().stream().map(item -> images.get(item.created.image())).filter(Objects::nonNull).map(ImageRecord::id).collect(Collectors.toSet());
    }

    /// Refuses to remove an image in use, as an engine does.
    @Override
    public void removeImage(String name) {
        var image = images.get(name);
        if (image != null && usedImages().contains(image.id())) {
            throw new RuntimeFailure("conflict: unable to remove repository reference \"" + name + "\" (must force)");
        }
        images.remove(name);
    }

    @Override
    public Path storageFolder() {
        return Path.of("/");
    }

    /// Gives the name to another image, as a build on the node does.
    public void tag(String name, String id) {
        images.put(name, new ImageRecord(id, List.of(name), List.of(), 1_000, ""));
    }

    /// Lets a registry have the image; a pull of it ends once the latch is open.
    public void serve(String name, CountDownLatch open) {
        served.put(name, open);
    }

    /// Reads the archive of an empty image.
    @Override
    public void readImage(String id, ImageReader reader) throws IOException {
        reader.read(new ByteArrayInputStream(new byte[END_OF_TAR]));
    }

    @Override
    public void pull(String name, @Nullable RegistryLogin login) throws InterruptedException {
        pulls.add(name);
        failIfDefect();
        var open = served.get(name);
        if (open == null) {
            throw new RuntimeFailure("no registry here");
        }
        open.await();
        images.put(name, new ImageRecord("sha256:" + name, List.of(name), List.of(), 1_000, ""));
    }

    public List<String> pulls() {
        return new ArrayList<>(pulls);
    }

    @Override
    public void prepareSandboxImage() {
        images.put(SandboxImage.NAME, new ImageRecord("sha256:sandbox", List.of(SandboxImage.NAME), List.of(), 250, ""));
    }

    @Override
    public void close() {
        listeners.clear();
    }
}
